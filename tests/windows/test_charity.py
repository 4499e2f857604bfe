"""Need meets charity (三（四）): told without saying whose it is, matched by a person, handed over as agreed, confirmed, taken back."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records import identity
from records.models import Message
from records.refusals import Refused, StaleVersion
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.windows import charity as make
from tests.windows.course import fresh, rules_of
from tests.windows.factories import log, make_clerk, resident_number
from windows.models import CharityNeed, CharityOffer
from windows.reports import charity as reports
from windows.reports import charity_board, work
from windows.rules import charity as rules
from windows.services import charities, charity_needs, charity_offers

NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)
TODAY = date(2026, 9, 21)
KNOWN = {"names": ["王小明", "李桂兰", ""], "villages": ["兴隆村民委员会", "和平社区居民委员会"], "address": "长寿区兴隆村3组花园雅居2栋"}
CLEAN = {"what": "轮椅购置费", "quantity": "台", "situation": "该户老人独居，行动不便，家中没有劳动力，欠医药费 12000 元。"}


# --- rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("王小明行动不便", "姓名"),
        ("王 小　明行动不便", "姓名"),
        ("王·小·明行动不便", "姓名"),
        ("王大爷行动不便", "称呼"),
        ("李某行动不便", "称呼"),
        ("找桂兰的丈夫李桂兰", "姓名"),
        ("请打 138-0000 0000", "长号码"),
        ("请打１３８０００００００００", "长号码"),
        ("请打一三八〇〇〇〇〇〇〇〇", "长号码"),
        ("号码 510200196003050011", "长号码"),
        ("加微信详谈", "联系方式"),
        ("发邮件 a@b.cn", "联系方式"),
        ("住兴隆村", "具体地点"),
        ("住和平社区", "具体地点"),
        ("住三组", "具体地点"),
        ("住 12 号", "具体地点"),
        ("住花园雅居", "具体地点"),
    ],
)
def test_w_need_nothing_leaves_that_says_who_it_is(text, words):
    assert list(rules.screen_breaches(CLEAN, **KNOWN)) == []
    for field in rules.FREE:
        found = list(rules.screen_breaches(CLEAN | {field: f"该户困难，{text}。"}, **KNOWN))
        assert {breach.rule for breach in found} == {"W-NEED"} and words in "".join(breach.message for breach in found)


NEED = {
    "quantity": Decimal(1), "gap_note": "现行救助没有这一项。", "situation": "该户老人行动不便，无力购置。", "seen": True,
    "withdrawn": False, "refused": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"quantity": Decimal(0)}, "应大于零"), ({"gap_note": "没有"}, "现有 2 个字"), ({"situation": "困难"}, "请写情况说明"),
        ({"seen": False}, "与预览时不同"), ({"withdrawn": True}, "已撤回申请"), ({"refused": False}, "先按政策办理"),
    ],
)  # fmt: skip
def test_w_need_is_registered_for_what_policy_leaves_open_and_as_it_was_previewed(changed, words):
    assert not list(rules.need_breaches(**NEED)) and not list(rules.need_breaches(**NEED | {"refused": True}))
    found = list(rules.need_breaches(**NEED | changed))
    assert [breach.rule for breach in found] == ["W-NEED"] and words in found[0].message


@pytest.mark.parametrize(
    ("given", "giver", "age", "broken"),
    [(TODAY, "SELF", 14, 0), (TODAY, "SELF", 13, 1), (TODAY, "AGENT", 13, 1), (TODAY, "GUARDIAN", 13, 0), (TODAY, "SELF", None, 0)]
    + [(TODAY + timedelta(days=1), "SELF", 60, 1)],
)
def test_w_consent_comes_first_and_for_a_child_from_the_guardian(given, giver, age, broken):
    found = list(rules.consent_breaches(given_on=given, today=TODAY, giver=giver, age=age))
    assert [breach.rule for breach in found] == ["W-CONSENT"] * broken


@pytest.mark.parametrize(("own", "checked", "broken"), [(False, True, 0), (True, True, 1), (False, False, 1), (True, False, 2)])
def test_w_need_is_read_by_a_second_person_who_says_so(own, checked, broken):
    assert len(list(rules.review_breaches(own=own, checked=checked))) == broken


OFFER = {"quantity": Decimal(5), "left": Decimal(5), "active": True, "lapses_on": TODAY, "ready_on": TODAY, "today": TODAY}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"quantity": Decimal("5.01")}, "W-OFFER"), ({"quantity": Decimal(0)}, "W-OFFER"), ({"active": False}, "W-CHARITY"),
        ({"lapses_on": None}, "W-OFFER"), ({"lapses_on": date(2026, 9, 20)}, "W-OFFER"), ({"ready_on": date(2026, 9, 20)}, "W-OFFER"),
    ],
)  # fmt: skip
def test_w_offer_is_of_no_more_than_is_wanted_while_it_is_asked(changed, rule):
    assert not list(rules.offer_breaches(**OFFER))
    assert [breach.rule for breach in rules.offer_breaches(**OFFER | changed)] == [rule]


def test_w_consent_bounds_what_is_handed_over_and_when_it_may_be_read():
    sound = {"quantity": Decimal(1), "left": Decimal(1), "active": True, "handed": {"name"}, "shared": {"name", "phone"}}
    assert not list(rules.match_breaches(**sound))
    assert [breach.rule for breach in rules.match_breaches(**sound | {"handed": {"name", "address"}})] == ["W-CONSENT"]
    assert [breach.rule for breach in rules.match_breaches(**sound | {"quantity": Decimal(2), "active": False})] == ["W-CHARITY", "W-OFFER"]
    seen = {"handed": True, "open_offer": True, "revoked": False, "active": True, "purpose": "联系送达"}
    assert not list(rules.reveal_breaches(**seen))
    for name, value in {"handed": False, "open_offer": False, "revoked": True, "active": False, "purpose": "看看"}.items():
        assert [breach.rule for breach in rules.reveal_breaches(**seen | {name: value})] == ["W-CONSENT"], name


GIVEN = {
    "on": TODAY, "matched_on": TODAY, "today": TODAY, "quantity": Decimal(3), "promised": Decimal(5), "evidence": "收据",
}  # fmt: skip


def test_w_delivery_has_its_day_its_amount_and_its_proof_and_the_recipients_word():
    assert not list(rules.delivery_breaches(**GIVEN))
    for changed in (
        {"on": TODAY + timedelta(days=1)},
        {"matched_on": TODAY + timedelta(days=1)},
        {"quantity": Decimal(6)},
        {"evidence": " "},
    ):
        assert [breach.rule for breach in rules.delivery_breaches(**GIVEN | changed)] == ["W-DELIVERY"]
    said = {"on": TODAY, "delivered_on": TODAY, "today": TODAY, "how": "电话联系本人，答复收到。"}
    assert not list(rules.confirm_breaches(**said))
    assert len(list(rules.confirm_breaches(**said | {"how": "收到"}))) == 1
    assert len(list(rules.confirm_breaches(**said | {"on": TODAY - timedelta(days=1)}))) == 1
    told = {"raised_on": TODAY, "matched_on": TODAY, "today": TODAY, "text": "说好的没有送来。"}
    assert not list(rules.complaint_breaches(**told))
    assert len(list(rules.complaint_breaches(**told | {"text": "没有", "raised_on": TODAY + timedelta(days=1)}))) == 2


# --- the story


def scene_once():
    with time_machine.travel(NOW, tick=False):
        chongqing = make_chongqing()
        township, bureau = chongqing.home.townships[0].organisation, chongqing.home.bureau
        clerk = make_clerk(township, name="王经办")
        lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=township)
        officer = make_user(role=Role.ASSISTANCE_OFFICER, organisation=bureau)
        own, other = (make.make_charity(bureau, officer, name=f"示例慈善会{n}", code=make.uscc(n)) for n in (0, 1))
        giver, rival = (make_user(role=Role.CHARITY, organisation=one.organisation) for one in (own, other))
        far = make_clerk(chongqing.districts[1].townships[0].organisation)
        case = log(clerk, township, "OTHER")
        need = make.register(case, clerk)
        return SimpleNamespace(
            chongqing=chongqing, clerk=clerk, lead=lead, officer=officer, own=own, other=other, giver=giver, rival=rival, far=far,
            case=case, need=need,
        )  # fmt: skip


chongqing, need, clerk, lead, officer = (fixture_of(name) for name in ("chongqing", "need", "clerk", "lead", "officer"))


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(browse, user, name, *args) -> str:
    response = browse(user).get(reverse(f"windows:{name}", args=args))
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def secrets_of(case) -> tuple[str, ...]:
    return (case.person.name, case.number, case.person.id_number, case.person.phone, identity.mask_name(case.person.name))


def test_a_need_goes_from_the_counter_to_the_recipients_word(scene, browse):
    """Returned, mended, read by a second person, offered in two parts, matched, handed over, delivered short, asked for again, closed."""
    s, need = scene, scene.need
    with pytest.raises(Refused, match="登记人不能审核"):
        make.publish(need, s.clerk)
    charity_needs.send_back(need.pk, reason="请写明用途和型号。", version=fresh(need).version, by=s.lead)
    typed = make.draft(situation="该户老人行动不便，无力购置普通轮椅。")
    seen = charity_needs.preview(s.case, typed).digest()
    with pytest.raises(Refused, match="与预览时不同"):
        charity_needs.change(need.pk, make.draft(quantity=Decimal(9)), seen=seen, version=fresh(need).version, by=s.clerk)
    charity_needs.change(need.pk, typed, seen=seen, version=fresh(need).version, by=s.clerk)
    assert [item.note for item in work.worklist(s.lead) if item.kind == "慈善帮扶"] == ["审核发布内容"]
    need = make.publish(need, s.lead)
    assert (need.status, need.lapses_on) == ("PUBLISHED", date(2026, 10, 21))
    assert Message.objects.filter(recipient__in=(s.giver, s.rival), title__startswith="新的帮扶需求").count() == 2

    first, second = make.offer(need, s.own, s.giver, 600), make.offer(need, s.other, s.rival, 600)
    with pytest.raises(Refused, match="不再重复认领"):
        make.offer(need, s.own, s.giver, 100)
    with pytest.raises(Refused, match="没有同意提供住址"):
        make.match(first, s.lead, "name", "address")
    first = make.match(first, s.lead, "name", "phone")
    with pytest.raises(Refused, match="超过尚缺的 400"):
        make.match(second, s.lead)
    charity_offers.decline(second.pk, reason="尚缺数量不足，感谢支持。", version=fresh(second).version, by=s.lead)
    told = charity_offers.reveal(first.pk, purpose="联系送达", by=s.giver)
    assert told == {"姓名": s.case.person.name, "联系电话": s.case.person.phone}
    assert AuditEvent.objects.filter(action="windows.charityoffer.revealed", actor=s.giver).count() == 1

    second = make.match(make.offer(need, s.other, s.rival, 400), s.officer)
    assert (fresh(need).status, fresh(need).matched) == ("MATCHED", 1000)
    with pytest.raises(Refused, match="现在不提供"):
        charity_offers.reveal(second.pk, purpose="联系送达", by=s.rival)
    for row, by, given in ((first, s.giver, 500), (second, s.rival, 400)):
        make.confirm(make.deliver(row, by, given), s.clerk)
    with pytest.raises(Refused, match="现在不提供"):
        charity_offers.reveal(first.pk, purpose="再次联系", by=s.giver)
    need = fresh(need)
    assert (need.status, need.matched, need.confirmed) == ("PUBLISHED", 900, 900), "what came short is asked for again"
    make.confirm(make.deliver(make.match(make.offer(need, s.own, s.giver, 100), s.lead), s.giver), s.clerk)
    assert (fresh(need).status, fresh(need).confirmed) == ("CLOSED", 1000)
    assert "示例慈善会0" in page_of(browse, s.clerk, "need_detail", need.pk)
    assert "轮椅购置费" in page_of(browse, s.clerk, "case_detail", s.case.pk)


def test_a_charity_reads_the_sheet_and_its_own_offers_and_nothing_else(scene, browse):
    s = scene
    hidden = secrets_of(s.case)
    assert browse(s.giver).get(reverse("windows:board_need", args=[s.need.pk])).status_code == 404, "not before it is published"
    need = make.publish(s.need, s.lead)
    own, other = make.offer(need, s.own, s.giver, 300), make.offer(need, s.other, s.rival, 400)
    pages = [page_of(browse, s.giver, "board_list"), page_of(browse, s.giver, "board_need", need.pk)]
    pages += [page_of(browse, s.giver, "offer_list"), page_of(browse, s.giver, "offer_detail", own.pk)]
    make.match(other, s.lead, "name", "phone")
    pages += [page_of(browse, s.giver, name) for name in ("board_list", "offer_list")]
    assert [word for page in pages for word in hidden if word in page] == []
    assert not any("示例慈善会1" in page or "400 元" in page for page in pages), "what another offers is nobody's business"
    client = browse(s.giver)
    for name in ("offer_detail", "offer_file"):
        assert client.get(reverse(f"windows:{name}", args=[other.pk])).status_code == 404
    assert client.post(reverse("windows:offer_reveal", args=[other.pk]), {"purpose": "联系送达"}).status_code == 404
    assert client.post(reverse("windows:offer_reveal", args=[own.pk]), {"purpose": "联系送达"}).status_code == 422, "before the match"
    for name in ("need_detail", "case_detail"):
        assert client.get(reverse(f"windows:{name}", args=[need.pk if name == "need_detail" else s.case.pk])).status_code == 403
    assert browse(s.far).get(reverse("windows:need_detail", args=[need.pk])).status_code == 404
    away = s.chongqing.districts[1].bureau
    stranger = make_user(role=Role.CHARITY, organisation=s.chongqing.third_party)
    make.make_charity(away, s.officer, name=s.chongqing.third_party.name, code=s.chongqing.third_party.code)
    assert browse(stranger).get(reverse("windows:board_need", args=[need.pk])).status_code == 404
    charities.suspend(s.own.pk, reason="年检没有通过，暂停。", version=fresh(s.own).version, by=s.officer)
    assert browse(s.giver).get(reverse("windows:board_need", args=[need.pk])).status_code == 404
    assert list(charity_board.board(s.giver)) == []


def test_a_consent_taken_back_takes_the_need_down_and_closes_what_was_handed_over(scene):
    s = scene
    need = make.publish(s.need, s.lead)
    first, second = make.match(make.offer(need, s.own, s.giver, 300), s.lead, "name"), make.offer(need, s.other, s.rival, 300)
    charity_needs.withdraw(need.pk, revoked=True, reason="申请人当面要求撤回同意。", version=fresh(need).version, by=s.clerk)
    need = fresh(need)
    assert (need.status, need.revoked, need.matched) == ("WITHDRAWN", True, 0)
    assert (fresh(first).status, fresh(second).status) == ("RELEASED", "DECLINED")
    with pytest.raises(Refused, match="已撤回同意"):
        charity_offers.reveal(first.pk, purpose="联系送达", by=s.giver)
    with pytest.raises(Refused, match="已停止征集"):
        make.offer(need, s.own, s.giver, 10)
    assert make.register(s.case, s.clerk).status == "SUBMITTED", "a new consent is a new need"


def test_what_did_not_come_is_looked_into_and_asked_for_again(scene):
    s = scene
    need = make.publish(s.need, s.lead)
    row = make.confirm(make.deliver(make.match(make.offer(need, s.own, s.giver), s.lead), s.giver), s.clerk)
    assert fresh(need).status == "CLOSED"

    def complain():
        said = {"raised_on": TODAY, "text": "送来的东西是坏的，没有用。"}
        made = charity_offers.complain(row.pk, version=fresh(row).version, by=s.clerk, **said)
        assert [(item.note, item.due_on) for item in work.worklist(s.lead) if item.kind == "慈善帮扶"] == [("核实未交付投诉", made.due_on)]
        return made

    def settle(made, upheld):
        finding = "到户查看，核对交付凭证。"
        return charity_offers.settle(made.pk, upheld=upheld, finding=finding, version=fresh(made).version, by=s.lead)

    settle(complain(), False)
    assert (fresh(row).status, fresh(need).status, fresh(need).confirmed) == ("CONFIRMED", "CLOSED", 1000)
    settle(complain(), True)
    need = fresh(need)
    assert (fresh(row).status, need.status, need.matched, need.confirmed) == ("FAILED", "PUBLISHED", 0, 0)
    row = make.match(make.offer(need, s.own, s.giver, 400), s.lead)
    charity_offers.release(row.pk, reason="慈善组织资金没有到位。", version=fresh(row).version, by=s.lead)
    assert (fresh(need).status, fresh(need).matched) == ("PUBLISHED", 0)
    make.match(make.offer(need, s.own, s.giver, 400), s.lead)
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert charity_needs.lapse_all() == 1
    assert fresh(need).status == "MATCHED", "what was promised in part goes on"


def test_nobody_came_and_it_is_asked_once_more(scene):
    need = make.publish(scene.need, scene.lead)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert charity_needs.lapse_all() == 0, "the last day counts"
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert (charity_needs.lapse_all(), charity_needs.lapse_all()) == (1, 0)
        assert [item.note for item in work.worklist(scene.officer) if item.kind == "慈善帮扶"] == ["期满无人认领，再次征集或撤回"]
        again = charity_needs.tell_again(need.pk, version=fresh(need).version, by=scene.lead)
    assert (again.status, again.lapses_on) == ("PUBLISHED", TODAY + timedelta(days=61))


def test_the_clerk_looks_before_it_is_sent_and_what_is_sent_is_what_was_looked_at(scene, browse):
    s = scene
    url, client = reverse("windows:need_new", args=[s.case.pk]), browse(s.clerk)
    typed = {**make.WHEELCHAIR, "category": "LIVING", "consent_on": TODAY}
    named = client.post(url, {**typed, "situation": f"{s.case.person.name}行动不便，无力购置。", "act": "submit"})
    assert named.status_code == 422 and "姓名或者称呼" in named.content.decode()
    looked = client.post(url, {**typed, "act": "preview"})
    digest = re.search(r'name="seen" value="(\w+)"', looked.content.decode())[1]
    assert looked.status_code == 200 and "将要发布的全部内容" in looked.content.decode()
    assert client.post(url, {**typed, "quantity": 7, "seen": digest, "act": "submit"}).status_code == 422
    assert CharityNeed.objects.filter(category="LIVING").count() == 0
    assert client.post(url, {**typed, "seen": digest, "act": "submit"}).status_code == 302
    made = CharityNeed.objects.get(category="LIVING")
    assert (made.consent_on, made.share_name, made.registered_by) == (TODAY, False, s.clerk)
    detail = AuditEvent.objects.get(action="windows.charityneed.submitted", target_id=str(made.pk)).detail
    assert detail["consent_giver"] == "申请人本人" and detail["shared"] == []
    with pytest.raises(Refused, match="不再重复登记"):
        make.register(s.case, s.clerk, category="LIVING")
    table = reports.table(CharityNeed.objects.all(), "csv").decode()
    assert made.code in table and s.case.person.name not in table


NEVER = {
    "matched beyond the need": {"matched": 1001},
    "confirmed beyond the match": {"confirmed": 1},
    "told without approval": {"status": "PUBLISHED"},
    "read by who registered": {"approved_by": "clerk"},
    "returned without reason": {"status": "RETURNED"},
    "withdrawn without reason": {"status": "WITHDRAWN"},
    "revoked and still there": {"revoked": True},
    "nothing wanted": {"quantity": 0},
}


@pytest.mark.parametrize("changed", NEVER.values(), ids=NEVER)
def test_the_database_refuses_what_must_never_be(scene, changed):
    values = {name: getattr(scene, value) if name == "approved_by" else value for name, value in changed.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        CharityNeed.objects.filter(pk=scene.need.pk).update(**values)


def test_the_database_hands_nobody_over_before_the_match(scene):
    row = make.offer(make.publish(scene.need, scene.lead), scene.own, scene.giver)
    for values in ({"hand_name": True}, {"status": "MATCHED"}, {"status": "DECLINED"}, {"quantity": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CharityOffer.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(StaleVersion):
        charity_offers.take_back(row.pk, version=99, by=scene.giver)
    assert charity_offers.take_back(row.pk, version=0, by=scene.giver).status == "WITHDRAWN"


def test_a_charity_is_known_by_its_code_and_its_papers(scene):
    s = scene
    bureau = s.chongqing.home.bureau
    with pytest.raises(Refused, match="已在本区县登记"):
        make.make_charity(bureau, s.officer, name="示例慈善会0", code=make.uscc(0))
    with pytest.raises(Refused, match="已登记的名称是"):
        make.make_charity(bureau, s.officer, name="别的名称", code=make.uscc(0))
    with pytest.raises(Refused, match="已于 2026-09-20 到期") as caught:
        make.make_charity(bureau, s.officer, name="新的", code=resident_number(1), valid_until=TODAY - timedelta(days=1))
    assert rules_of(caught) == ["W-CHARITY"]


def test_the_lists_ask_the_same_of_the_database_for_one_need_as_for_four(scene, browse, count_queries):
    s = scene
    first = make.offer(make.publish(s.need, s.lead), s.own, s.giver, 300)
    pages = [(browse(s.lead), reverse("windows:need_list")), (browse(s.giver), reverse("windows:board_list"))]
    pages += [(browse(s.giver), reverse("windows:offer_list")), (browse(s.lead), reverse("home"))]
    for client, url in pages:
        client.get(url)
    one = [count_queries(client, url) for client, url in pages]
    values = {field.attname: getattr(fresh(s.need), field.attname) for field in CharityNeed._meta.concrete_fields if not field.primary_key}
    kinds = ("CARE", "WORK", "MIND")
    needs = CharityNeed.objects.bulk_create(CharityNeed(**values | {"category": kind, "code": f"BF{kind}"}) for kind in kinds)
    given = {"charity": s.own, "quantity": 10, "ready_on": TODAY, "offered_by": s.giver, "due_on": first.due_on}
    CharityOffer.objects.bulk_create(CharityOffer(need=need, **given) for need in needs)
    assert [count_queries(client, url) for client, url in pages] == one and max(one) <= 40
