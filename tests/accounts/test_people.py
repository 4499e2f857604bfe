"""Posts, deputies and tokens: who may give them, and how far they reach."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command

from accounts import services
from accounts.access import may
from accounts.models import ApiToken, Membership, Organisation, User
from accounts.reach import forget_reach
from accounts.roles import Permission, Role
from accounts.wallclock import as_of, now, today


@pytest.fixture
def security(world, person):
    return person("security", Role.SECURITY_ADMIN, world.a)


@pytest.fixture
def clerk(world, person):
    return person("clerk", Role.WINDOW_CLERK, world.a1)


def test_a_post_that_does_not_fit_the_organisation_is_refused(world, person, security):
    with pytest.raises(ValidationError, match="没有“窗口经办”岗位"):
        services.appoint(person("new"), world.a, Role.WINDOW_CLERK, by=security)


def test_one_person_cannot_hold_two_administrators_posts(world, person, security):
    admin = person("admin", Role.SYSTEM_ADMIN, world.city)
    with pytest.raises(ValidationError, match="岗位分离"):
        services.appoint(admin, world.city, Role.AUDIT_ADMIN, by=security)


def test_a_deputy_acts_until_the_date_and_no_longer(world, person, clerk):
    helper = person("helper", Role.WINDOW_CLERK, world.a2)
    post = clerk.memberships.get()
    services.appoint_deputy(post, helper, until=today(), by=clerk)
    forget_reach(helper)
    assert may(helper, Permission.CASE_LOG, world.a1)
    Membership.objects.filter(deputy_for=post).update(started_on=today() - timedelta(days=3), ended_on=today() - timedelta(days=1))
    forget_reach(helper)
    assert not may(helper, Permission.CASE_LOG, world.a1)


def test_a_deputy_without_end_or_for_oneself_is_refused(world, person, clerk):
    post = clerk.memberships.get()
    with pytest.raises(ValidationError, match="本人"):
        services.appoint_deputy(post, clerk, until=today(), by=clerk)
    with pytest.raises(ValidationError, match="之间"):
        services.appoint_deputy(post, person("x"), until=today() + timedelta(days=181), by=clerk)


def test_ending_a_post_ends_its_deputies(world, person, clerk, security):
    helper = person("helper")
    post = clerk.memberships.get()
    deputy = services.appoint_deputy(post, helper, until=today() + timedelta(days=30), by=clerk, starting=today() - timedelta(days=5))
    services.end_post(post, by=security)
    deputy.refresh_from_db()
    assert deputy.ended_on < today()


def test_a_security_admin_of_a_district_appoints_only_there(world, person, security, client):
    user = person("new")
    client.force_login(security)
    url = f"/accounts/users/{user.pk}/posts/new/"
    data = {"organisation": world.b1.pk, "role": Role.WINDOW_CLERK, "started_on": today().isoformat()}
    assert client.post(url, data).context["form"].errors["organisation"]
    data["organisation"] = world.a1.pk
    assert f"甲一镇（{world.a.label}）" in client.get(url).content.decode(), "many a street shares its name with others"
    assert client.post(url, data).status_code == 302
    assert list(user.memberships.values_list("organisation", flat=True)) == [world.a1.pk]


def test_a_system_admin_makes_accounts_but_gives_no_posts(world, person, client):
    admin = person("admin", Role.SYSTEM_ADMIN, world.a)
    client.force_login(admin)
    data = {"username": "newone", "name": "测试甲", "password": "eine lange Wortfolge hier", "phone": "", "email": ""}
    assert client.post("/accounts/users/new/", data).status_code == 302
    user = User.objects.get(username="newone")
    assert user.must_change_password
    assert client.post(f"/accounts/users/{user.pk}/posts/new/", {}).status_code == 403


def test_nobody_disables_the_own_account(world, person, client):
    admin = person("admin", Role.SYSTEM_ADMIN, world.a)
    client.force_login(admin)
    client.post(f"/accounts/users/{admin.pk}/active/", {"reason": "试"})
    admin.refresh_from_db()
    assert admin.is_active


def test_people_of_another_district_are_not_found(world, person, chief, client):
    stranger = person("stranger", Role.BUREAU_CHIEF, world.b)
    client.force_login(chief)
    assert client.get(f"/accounts/users/{stranger.pk}/").status_code == 404
    assert "stranger" not in client.get("/accounts/users/").content.decode()


def test_a_user_list_costs_the_same_queries_for_one_and_thirty(world, person, chief, client, django_assert_max_num_queries):
    client.force_login(chief)
    client.get("/accounts/users/")
    with django_assert_max_num_queries(20) as few:
        client.get("/accounts/users/")
    for n in range(30):
        person(f"u{n}", Role.WINDOW_CLERK, world.a1)
    with django_assert_max_num_queries(20) as many:
        client.get("/accounts/users/")
    assert len(many) == len(few)


@pytest.fixture
def token(world, chief):
    return services.issue_token(chief, world.a, purpose="对账", expires_on=today() + timedelta(days=30), by=chief)


def bearer(secret):
    return {"authorization": f"Bearer {secret}"}


def test_a_token_acts_as_its_user(world, token, client):
    row, secret = token
    answer = client.get("/api/v1/organisations/", headers=bearer(secret))
    assert {item["name"] for item in answer.json()["results"]} == {"甲区民政局", "甲一镇", "甲二镇", "甲区医保局"}
    assert secret not in str(ApiToken.objects.values().get())


def test_a_token_of_a_stranger_finds_nothing_there(world, token, client):
    answer = client.get(f"/api/v1/organisations/{world.b1.pk}/", headers=bearer(token[1]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("spoil", ["revoked", "expired", "disabled", "no post"])
def test_a_dead_token_is_refused(world, chief, token, client, spoil):
    row, secret = token
    if spoil == "revoked":
        services.revoke_token(row, by=chief)
    elif spoil == "expired":
        ApiToken.objects.update(expires_on=today() - timedelta(days=1))
    elif spoil == "disabled":
        services.set_active(chief, False, by=chief, reason="离职")
    else:
        Membership.objects.update(ended_on=today() - timedelta(days=1))
    assert client.get("/api/v1/organisations/", headers=bearer(secret)).status_code == (403 if spoil == "no post" else 401)


def test_a_token_longer_than_a_year_is_refused(world, chief):
    with pytest.raises(ValidationError, match="不超过"):
        services.issue_token(chief, world.a, purpose="x", expires_on=today() + timedelta(days=400), by=chief)


def test_a_token_cannot_be_revoked_by_another_person(world, person, token, client):
    client.force_login(person("other", Role.SUPERVISOR, world.a))
    assert client.post(f"/accounts/me/tokens/{token[0].pk}/revoke/").status_code == 404


@pytest.fixture
def program(person):
    """``program(username, organisation)``: an account of a program, as system and security administrator make it."""

    def made(username, organisation):
        user = person(username, Role.WINDOW_CLERK, organisation)
        User.objects.filter(pk=user.pk).update(is_program=True)
        return user

    return made


@pytest.fixture
def wanted():
    return {"username": "yibao-duijie", "purpose": "医保局核对系统", "expires_on": today() + timedelta(days=90)}


def test_a_system_token_acts_as_the_account_kept_for_it_and_can_be_withdrawn(world, program, security, wanted, client):
    program("yibao-duijie", world.a1)
    client.force_login(security)
    client.post("/accounts/tokens/new/", wanted)
    client.head("/accounts/tokens/")  # a browser or a proxy that looks ahead takes nothing away
    page = client.get("/accounts/tokens/").content.decode()
    row = ApiToken.objects.get()
    secret = re.search(r"<code>(ym_[^<]+)</code>", page)[1]
    assert (row.kind, row.organisation, row.read_only, row.user.username) == ("SYSTEM", world.a1, True, "yibao-duijie")
    assert secret not in client.get("/accounts/tokens/").content.decode(), "shown once"
    assert {item["name"] for item in client.get("/api/v1/organisations/", headers=bearer(secret)).json()["results"]} == {"甲一镇"}
    assert "系统对接令牌" in client.get("/accounts/tokens/?kind=SYSTEM&state=live&q=yibao").content.decode()
    client.post(f"/accounts/tokens/{row.pk}/withdraw/", follow=True)
    assert client.get("/api/v1/organisations/", headers=bearer(secret)).status_code == 401
    assert row.prefix not in client.get("/accounts/tokens/?state=live").content.decode()


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("nobody", "没有用户名为“nobody”的在任账号"),
        ("elsewhere", "没有用户名为“elsewhere”的在任账号"),
        ("left", "没有用户名为“left”的在任账号"),
        ("helping", "没有用户名为“helping”的在任账号"),
        ("security", "岗位分离"),
        ("chief", "岗位分离"),
    ],
)
@pytest.mark.usefixtures("chief")
def test_a_system_token_for_a_person_or_out_of_reach_is_refused(world, person, program, security, wanted, client, account, words):
    program("elsewhere", world.b1)
    left = program("left", world.a1)
    Membership.objects.filter(user=left).update(started_on=today() - timedelta(days=9), ended_on=today() - timedelta(days=1))
    helping = program("helping", world.b1)
    post = person("helped", Role.WINDOW_CLERK, world.a1).memberships.get()
    Membership.objects.create(
        user=helping,
        organisation=world.a1,
        role=Role.WINDOW_CLERK,
        deputy_for=post,
        started_on=today(),
        ended_on=today() + timedelta(days=9),
    )
    client.force_login(security)
    answer = client.post("/accounts/tokens/new/", wanted | {"username": account})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "医保局核对系统" in answer.content.decode(), "what was typed is kept"
    assert not ApiToken.objects.exists()


def test_a_system_token_reaches_only_where_it_was_issued_and_ends_with_that_post(world, program, security, wanted, client):
    account = program("yibao-duijie", world.a1)
    _, secret = services.issue_system_token("yibao-duijie", purpose="核对", expires_on=wanted["expires_on"], by=security)
    services.appoint(account, world.b1, Role.WINDOW_CLERK, by=security)
    names = {row["name"] for row in client.get("/api/v1/organisations/", headers=bearer(secret)).json()["results"]}
    assert names == {"甲一镇"}
    Membership.objects.filter(organisation=world.a1).update(started_on=today() - timedelta(days=9), ended_on=today() - timedelta(days=1))
    assert client.get("/api/v1/organisations/", headers=bearer(secret)).status_code == 401


def test_an_account_of_a_program_has_no_password_and_is_given_none(world, person, client):
    admin = person("admin", Role.SYSTEM_ADMIN, world.city)
    client.force_login(admin)
    typed = {"username": "duijie", "name": "医保对接"}
    assert client.post("/accounts/users/new/", typed).status_code == 200, "a person needs a password"
    client.post("/accounts/users/new/", typed | {"program": "on"})
    made = User.objects.get(username="duijie")
    assert made.is_program and not made.has_usable_password() and not made.must_change_password
    page = client.get(f"/accounts/users/{made.pk}/").content.decode()
    assert "仅供程序使用" in page and "重置密码" not in page
    answer = client.post(f"/accounts/users/{made.pk}/password/reset/", {"reason": "忘记"}, follow=True)
    assert "仅供程序使用，不能设置密码" in answer.content.decode()
    assert not User.objects.get(pk=made.pk).has_usable_password()


def test_the_demo_clock_moves_everything_and_comes_back(settings):
    real, then = now(), datetime(2026, 3, 2, 10, tzinfo=UTC)
    with as_of(then):
        assert now() - then < timedelta(seconds=5)
        assert today() == date(2026, 3, 2)
        with as_of(then + timedelta(days=1)):
            assert today() == date(2026, 3, 3)
        assert today() == date(2026, 3, 2)
    assert now() >= real


def test_the_demo_clock_is_refused_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured), as_of(now()):
        pytest.fail("the clock moved")


def deputise(client, post, user, days=10):
    return client.post(f"/accounts/posts/{post.pk}/deputy/", {"user": user.pk, "until": (today() + timedelta(days=days)).isoformat()})


def test_a_former_holder_cannot_hand_over_a_power_that_has_ended(world, person, client):
    former = person("former", Role.BUREAU_CHIEF, world.a, ended_on=today() - timedelta(days=1))
    Membership.objects.create(user=former, organisation=world.a1, role=Role.TOWNSHIP_LEAD, started_on=today())
    clerk = person("clerk2", Role.WINDOW_CLERK, world.a1)
    ended = former.memberships.get(role=Role.BUREAU_CHIEF)
    client.force_login(former)
    assert deputise(client, ended, clerk).status_code == 404
    with pytest.raises(ValidationError, match="不在任"):
        services.appoint_deputy(ended, clerk, until=today(), by=former)
    assert not Membership.objects.filter(user=clerk, role=Role.BUREAU_CHIEF).exists()


def test_a_deputy_names_no_deputy(world, person, client, clerk):
    helper, third = person("helper", Role.WINDOW_CLERK, world.a1), person("third", Role.WINDOW_CLERK, world.a1)
    deputy = services.appoint_deputy(clerk.memberships.get(), helper, until=today(), by=clerk)
    client.force_login(helper)
    assert deputise(client, deputy, third).status_code in (403, 404)
    with pytest.raises(ValidationError, match="代行岗位"):
        services.appoint_deputy(deputy, third, until=today(), by=helper)


def test_a_deputy_never_outlasts_the_post(world, person):
    leaving = person("leaving", Role.WINDOW_CLERK, world.a1, ended_on=today() + timedelta(days=5))
    with pytest.raises(ValidationError, match="之间"):
        services.appoint_deputy(leaving.memberships.get(), person("x"), until=today() + timedelta(days=6), by=leaving)


def test_a_former_colleague_is_not_offered_as_deputy(world, person, client, clerk):
    gone = person("gone", Role.WINDOW_CLERK, world.a1, ended_on=today() - timedelta(days=1))
    client.force_login(clerk)
    deputise(client, clerk.memberships.get(), gone)
    assert not Membership.objects.filter(user=gone, deputy_for__isnull=False).exists()


def test_a_system_admin_of_one_district_does_not_list_another_districts_people(world, person, client):
    person("stranger", Role.BUREAU_CHIEF, world.b)
    person("nopost")
    client.force_login(person("admin", Role.SYSTEM_ADMIN, world.a))
    page = client.get("/accounts/users/").content.decode()
    assert "nopost" in page
    assert "stranger" not in page


def test_an_administrator_resets_a_password_once_and_the_old_one_is_dead(world, person, client, clerk):
    client.force_login(person("admin", Role.SYSTEM_ADMIN, world.a))
    client.post(f"/accounts/users/{clerk.pk}/password/reset/", {"reason": "本人忘记密码"})
    shown = client.get(f"/accounts/users/{clerk.pk}/").context["initial_password"]
    clerk.refresh_from_db()
    assert clerk.check_password(shown)
    assert clerk.must_change_password
    assert client.get(f"/accounts/users/{clerk.pk}/").context["initial_password"] == ""


def test_the_city_registers_and_ends_a_third_party(world, person, client):
    client.force_login(person("city", Role.CITY_BUREAU, world.city))
    data = {"kind": "THIRD_PARTY", "parent": world.city.pk, "name": "示例评估所", "code": "91500000MA00000013", "function": ""}
    assert client.post("/accounts/organisations/new/", data).status_code == 302
    row = Organisation.objects.get(name="示例评估所")
    assert row.path == "50/T-91500000MA00000013/"
    evaluator = person("evaluator", Role.THIRD_PARTY, row)
    client.post(f"/accounts/organisations/{row.pk}/end/", {"on": today().isoformat(), "reason": "注销"})
    row.refresh_from_db()
    forget_reach(evaluator)
    assert row.valid_to == today()
    assert not may(evaluator, Permission.EVALUATION_SCORE_THIRD_PARTY)


@pytest.mark.parametrize(("kind", "parent", "function"), [("POOL", "a", ""), ("DEPARTMENT", "a", ""), ("THIRD_PARTY", "city", "MEDICAL")])
def test_an_organisation_that_does_not_fit_its_place_is_refused(world, person, client, kind, parent, function):
    client.force_login(person("city", Role.CITY_BUREAU, world.city))
    data = {"kind": kind, "parent": getattr(world, parent).pk, "name": "不合适", "code": "XX1", "function": function}
    assert client.post("/accounts/organisations/new/", data).context["form"].non_field_errors()
    assert not Organisation.objects.filter(name="不合适").exists()


def test_the_first_three_administrators_are_three_people_and_made_once(world, capsys):
    names = {"system": "xitong=席统", "security": "anquan=安泉", "audit": "shenji=沈计"}
    with pytest.raises(CommandError, match="三个不同"):
        call_command("create_administrators", **(names | {"audit": "anquan=安泉"}))
    call_command("create_administrators", **names)
    assert "初始密码" in capsys.readouterr().out
    assert Membership.objects.filter(organisation=world.city).count() == 3
    assert all(User.objects.values_list("must_change_password", flat=True))
    with pytest.raises(CommandError, match="已有"):
        call_command("create_administrators", **names)
