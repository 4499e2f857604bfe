"""J5: somebody leaves; every open case passes on or is listed with its reason, in one act."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, Membership
from accounts.roles import Role
from records.models import Message
from records.refusals import Refused
from tests.factories import make_user
from tests.windows.factories import log, make_clerk
from windows.models import Case, Handover, HandoverItem
from windows.rules import handover as rules
from windows.services import handover as services

NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)

rows_of_cases = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 5)), st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))), max_size=60
).map(lambda pairs: [rules.Row(pk, village, due) for pk, (village, due) in enumerate(pairs, start=1)])
loads = st.dictionaries(st.integers(1, 9), st.integers(0, 40), min_size=1)


@given(rows_of_cases, loads)
@pytest.mark.parametrize("spread", [rules.spread_evenly, rules.spread_by_village])
def test_every_case_finds_exactly_one_of_the_receivers(spread, cases, load):
    found = spread(cases, load)
    assert set(found) == {row.pk for row in cases}
    assert set(found.values()) <= set(load)


@given(rows_of_cases, loads)
def test_the_even_rule_never_loads_one_while_another_has_two_less(cases, load):
    found = rules.spread_evenly(cases, load)
    after = {pk: load[pk] + sum(to == pk for to in found.values()) for pk in load}
    received = [pk for pk in load if pk in found.values()]
    assert all(after[pk] <= min(after.values()) + 1 for pk in received)


@given(rows_of_cases, loads)
def test_a_village_stays_in_one_hand(cases, load):
    found = rules.spread_by_village(cases, load)
    for village in {row.village for row in cases if row.village}:
        assert len({found[row.pk] for row in cases if row.village == village}) == 1


@pytest.mark.parametrize(("chosen", "words"), [([], "至少选择一名"), ([7, 1], "移交人本人"), ([99], "不在本窗口任职")])
def test_w03_who_takes_over_works_here_and_is_not_the_one_who_leaves(chosen, words):
    found = list(rules.receiver_breaches(chosen, allowed={7: "李", 8: "王"}, giver=1))
    assert any(words in breach.message for breach in found)
    assert {breach.rule for breach in found} == {"W-03"}


rows = pytest.mark.django_db


@pytest.fixture
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def township(chongqing, monday):
    return chongqing.home.townships[0].organisation


@pytest.fixture
def lead(township):
    return make_user(role=Role.TOWNSHIP_LEAD, organisation=township, name="周主任")


@pytest.fixture
def people(township):
    return [make_clerk(township, name=name) for name in ("王离岗", "李接手", "赵接手")]


@pytest.fixture
def cases(people, township):
    return [log(people[0], township, serial=n) for n in range(1, 6)]


def move_all(lead, people, township, cases, **changed):
    values = {
        "receivers": [people[1].pk, people[2].pk],
        "rule": "EVEN",
        "kept": {},
        "seen": [case.pk for case in cases],
        "reason": "调离",
        "by": lead,
    }
    return services.reassign(township, people[0], **(values | changed))


@rows
def test_all_pass_on_at_once_and_the_first_contact_stays_named(lead, people, township, cases):
    paper = move_all(lead, people, township, cases)
    now = list(Case.objects.filter(pk__in=[case.pk for case in cases]))
    assert (paper.total, paper.moved, paper.kept) == (5, 5, 0)
    assert sorted(case.handler.name for case in now) == ["李接手"] * 3 + ["赵接手"] * 2
    assert {case.first_contact for case in now} == {people[0]}
    assert {case.version for case in now} == {case.version + 1 for case in cases}
    assert AuditEvent.objects.filter(action="windows.case.reassigned").count() == 5
    assert sorted(Message.objects.filter(key__startswith="handover:").values_list("title", flat=True)) == [
        "转入 2 件在办申请",
        "转入 3 件在办申请",
    ]


@rows
def test_what_stays_is_listed_with_its_reason_and_the_counts_add_up(lead, people, township, cases):
    paper = move_all(lead, people, township, cases, kept={cases[0].pk: "明日听证，由本人办完"})
    assert (paper.total, paper.moved, paper.kept) == (5, 4, 1)
    assert paper.items.count() == 5
    assert Case.objects.get(pk=cases[0].pk).handler == people[0]
    assert paper.items.get(to_user=None).kept_reason == "明日听证，由本人办完"


@rows
def test_w03_a_case_kept_without_a_reason_stops_the_whole_act(lead, people, township, cases):
    with pytest.raises(Refused, match=cases[0].number):
        move_all(lead, people, township, cases, kept={cases[0].pk: " "})
    assert not Handover.objects.exists()
    assert set(Case.objects.values_list("handler", flat=True)) == {people[0].pk}


@rows
def test_a_case_that_came_after_the_preview_is_not_dropped_silently(lead, people, township, cases):
    late = log(people[0], township, serial=9)
    with pytest.raises(Refused, match=late.number):
        move_all(lead, people, township, cases)
    assert move_all(lead, people, township, [*cases, late]).moved == 6


@rows
def test_a_second_handover_of_the_same_list_finds_nothing_to_move(lead, people, township, cases):
    move_all(lead, people, township, cases)
    with pytest.raises(Refused, match="已经办结或转走"):
        move_all(lead, people, township, cases)


@rows
def test_someone_whose_post_ended_yesterday_takes_over_nothing(lead, people, township, cases):
    Membership.objects.filter(user=people[1]).update(started_on=date(2026, 1, 1), ended_on=date(2026, 9, 20))
    with pytest.raises(Refused, match="不在本窗口任职"):
        move_all(lead, people, township, cases)


@rows
def test_the_database_refuses_counts_that_do_not_add_up_and_items_without_hand_or_reason(lead, people, township, cases):
    paper = move_all(lead, people, township, cases)
    with pytest.raises(IntegrityError, match="handover_adds_up"), transaction.atomic():
        Handover.objects.filter(pk=paper.pk).update(moved=4)
    with pytest.raises(IntegrityError, match="handover_item_moved_or_reasoned"), transaction.atomic():
        HandoverItem.objects.filter(handover=paper).update(to_user=None)


def form_of(people, cases, act, **more):
    return {
        "receivers": [people[1].pk, people[2].pk],
        "rule": "EVEN",
        "reason": "请假",
        "seen": ",".join(str(case.pk) for case in cases),
        "act": act,
        "idempotency_key": "k1",
    } | more


@rows
def test_the_preview_shows_who_gets_what_and_writes_nothing(browse, lead, people, township, cases):
    url = reverse("windows:handover_new", args=[township.pk, people[0].pk])
    page = browse(lead).post(url, form_of(people, cases, "preview"))
    assert page.status_code == 200
    assert "在办 5 件 = 移交 5 件 + 暂不移交 0 件" in page.content.decode()
    assert not Handover.objects.exists()


@rows
def test_confirming_twice_makes_one_handover(browse, lead, people, township, cases):
    url = reverse("windows:handover_new", args=[township.pk, people[0].pk])
    client = browse(lead)
    answers = [client.post(url, form_of(people, cases, "confirm")) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert Handover.objects.count() == 1
    page = client.get(answers[0].url).content.decode()
    assert all(case.number in page for case in cases)


@rows
def test_a_refused_confirmation_keeps_the_ticks_and_reasons(browse, lead, people, township, cases):
    ticks = {f"keep_{cases[0].pk}": "1", f"why_{cases[0].pk}": "", f"keep_{cases[1].pk}": "1", f"why_{cases[1].pk}": "本人熟悉情况"}
    url = reverse("windows:handover_new", args=[township.pk, people[0].pk])
    page = browse(lead).post(url, form_of(people, cases, "confirm", **ticks))
    text = page.content.decode()
    assert page.status_code == 422
    assert f"{cases[0].number} 暂不移交，请写明原因" in text
    assert 'value="本人熟悉情况"' in text
    assert text.count(" checked") >= 4  # two receivers, two ticks


@rows
def test_the_list_puts_those_who_left_first(browse, lead, people, township, cases):
    log(people[1], township, serial=8)
    Membership.objects.filter(user=people[0]).update(started_on=date(2026, 1, 1), ended_on=date(2026, 9, 20))
    text = browse(lead).get(reverse("windows:handover_list")).content.decode()
    assert text.index("王离岗") < text.index("李接手")
    assert "已离岗" in text


@rows
def test_a_lead_of_another_township_finds_nothing(browse, chongqing, people, township, cases):
    stranger = make_user(role=Role.TOWNSHIP_LEAD, organisation=chongqing.home.townships[1].organisation)
    assert browse(stranger).get(reverse("windows:handover_new", args=[township.pk, people[0].pk])).status_code == 404


@rows
def test_queries_do_not_grow_with_the_cases(browse, lead, people, township, cases, count_queries):
    url = reverse("windows:handover_new", args=[township.pk, people[0].pk])
    client = browse(lead)
    client.get(url)  # the session's own first steps
    first = count_queries(client, url)
    for serial in range(20, 32):
        log(people[0], township, serial=serial)
    assert count_queries(client, url) == first
