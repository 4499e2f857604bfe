"""What-ifs: judged as typed, kept and compared, never a cut of what stands; and the one purchase draft that may follow."""

import io
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import load_workbook

from accounts.models import AuditEvent
from accounts.roles import Role
from procurement.models import CatalogueItem, Project, ScreeningAnswer
from procurement.rules import catalogue
from procurement.rules.wording import wording_breaches
from procurement.services import gates
from records import pdf
from records.refusals import Refused
from staffing import papers, rules, services
from staffing.models import PostingPlan, PostingPlanLine, Scenario
from staffing.reports import StaffCount, district_table
from staffing.reports import scenario as what_if
from staffing.rules import Rounding, Standing
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement.factories import good_answers, make_office
from tests.staffing.factories import make_caseload, make_staff

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 9, 30)


def scene_once():
    """Two townships: one of 2,501 recipients with one person (five short), one of 999 with five (above, no ceiling). A bureau of one."""
    chongqing = make_chongqing()
    office = make_office(chongqing)
    short, small = (township.organisation for township in chongqing.home.townships)
    make_caseload(short, 2501)
    make_caseload(small, 999)
    make_staff(short)
    for _ in range(5):
        make_staff(small)
    make_staff(office.bureau)
    return SimpleNamespace(chongqing=chongqing, office=office, short=short, small=small)


office, short, small = fixture_of("office"), fixture_of("short"), fixture_of("small")


def typed(office, short, small, **changed) -> dict:
    """The form as it opens, with two posts bought for the short township and one for the bureau."""
    bureau = office.bureau
    data = {"name": "方案一", "post_cost": "60000"}
    for place, recipients, own, posted in ((bureau, None, 1, 1), (short, 2501, 1, 2), (small, 999, 5, 0)):
        data |= {f"own_{place.pk}": own, f"posted_{place.pk}": posted, f"post_cost_{place.pk}": ""}
        data |= {} if recipients is None else {f"recipients_{place.pk}": recipients}
    return data | changed


def create(browse, office, data):
    return browse(office.chief).post(reverse("staffing:scenario_create", args=[office.bureau.pk]), data)


@pytest.fixture
def saved(browse, office, short, small) -> Scenario:
    create(browse, office, typed(office, short, small))
    return Scenario.objects.get()


# --- rules


@pytest.mark.parametrize(
    ("target", "current", "binding"),
    [(4, 5, [True]), (4, 4, []), (3, 4, [True]), (6, 7, []), (5, 9, []), (6, 2, [])],
)
def test_the_bureau_is_never_planned_below_five_nor_below_what_it_has_under_five(target, current, binding):
    assert [breach.binding for breach in rules.district_change_breaches(target, current=current)] == binding


def test_the_bureau_is_short_of_five_by_what_is_missing_and_never_above():
    assert [(rules.judge_district(n).standing, rules.judge_district(n).gap) for n in (0, 4, 5, 9)] == [
        (Standing.UNDERSTAFFED, 5), (Standing.UNDERSTAFFED, 1), (Standing.MEETS, 0), (Standing.MEETS, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("posts", "planned", "own", "recipients", "found"),
    [
        (2, 2, 1, 2501, []),  # short of six: justified
        (3, 2, 1, 2501, [True]),  # more than planned
        (1, 2, 6, 2501, [False]),  # own staff meet the standard
        (1, 2, 1, None, [False]),  # nothing on record
        (0, 2, 6, 2501, []),  # nothing is bought
    ],
)
def test_w20_posts_are_bought_for_a_shortage_and_asked_about_otherwise(posts, planned, own, recipients, found):
    breaches = list(rules.posts_breaches(posts, planned=planned, own=own, recipients=recipients))
    assert [(breach.rule, breach.binding) for breach in breaches] == [("W-20", binding) for binding in found]


def test_a_number_that_changed_since_is_told_with_its_day_and_the_same_one_is_not():
    assert rules.stale_words(then=2400, now=2400, now_on=AS_OF) == ""
    assert rules.stale_words(then=2400, now=2501, now_on=AS_OF) == "制定时登记 2,400 人，现登记 2,501 人（截至 2026-09-30）"
    assert rules.stale_words(then=None, now=None, now_on=None) == ""


def test_each_township_is_judged_and_summed_in_one_pass():
    seats = [what_if.Seat(n, f"镇{n}", False, StaffCount(own=n % 7), 900 + n * 50, AS_OF) for n in range(52)]
    pairs = [(seat, what_if.Assumed(seat.recorded + 100, 3, 2)) for seat in seats]
    result = what_if.judge_assumed(pairs, post_cost=Decimal(60000), rounding=Rounding.CEIL)
    assert (result.posted, result.cost) == (104, Decimal(6240000))
    assert result.gap == sum(max(0, rules.township_headcount(1000 + n * 50).minimum - 5) for n in range(52))


# --- typed, judged, saved


def test_a_change_is_answered_at_once_for_the_whole_district_without_losing_what_is_typed(browse, office, short, small):
    url, client = reverse("staffing:scenario_create", args=[office.bureau.pk]), browse(office.chief)
    bad = typed(office, short, small, act="judge", **{f"own_{small.pk}": "2.5", f"post_cost_{short.pk}": "70000"})
    part = client.post(url, bad, headers={"HX-Request": "true"})
    page = part.content.decode()
    assert part.status_code == 200 and "<html" not in page and "<input" not in page
    assert f'id="verdict-{short.pk}" hx-swap-oob="true"' in page and "140,000.00 元" in page
    assert "不要小数" in page and "有 1 个单位填写有误" in page
    with CaptureQueriesContext(connection) as captured:
        whole = client.post(url, bad)  # the same without script
    assert len(captured) <= 40
    assert whole.status_code == 200 and 'value="2.5"' in whole.content.decode() and 'value="70000"' in whole.content.decode()
    assert not Scenario.objects.exists()


def test_a_what_if_keeps_its_own_cost_per_post_and_counts_the_bureau_apart(browse, office, short, small):
    create(browse, office, typed(office, short, small, **{f"post_cost_{short.pk}": "70000"}))
    scenario = Scenario.objects.get()
    table = district_table(office.bureau, services.basis_for(office.bureau, AS_OF))
    result = what_if.judge_scenario(scenario, table.basis, table)
    assert (result.gap, result.bureau_gap, result.posted, result.cost) == (3, 3, 3, Decimal(200000))
    assert what_if.judge_now(table).gap == 5
    assert result.stale == []


@pytest.mark.parametrize(("where", "own", "rule"), [("bureau", "0", "W-19a"), ("short", "0", "W-19b")])
def test_what_stands_is_never_planned_away(browse, office, short, small, where, own, rule):
    place = {"bureau": office.bureau, "short": short}[where]
    response = create(browse, office, typed(office, short, small, **{f"own_{place.pk}": own, f"posted_{place.pk}": "0"}))
    assert response.status_code == 422 and rule in response.content.decode()
    assert not Scenario.objects.exists()


def test_a_scenario_is_changed_copied_and_withdrawn_and_says_when_its_numbers_are_old(browse, office, short, small, saved, chongqing):
    client, edit = browse(office.chief), reverse("staffing:scenario_edit", args=[saved.pk])
    again = typed(office, short, small, version="0", **{f"posted_{short.pk}": "4"})
    assert client.post(edit, again).status_code == 302
    assert client.post(edit, again).status_code == 409  # an old form does not overwrite
    make_caseload(short, 3000, as_of=date(2026, 10, 31))
    page = client.get(reverse("staffing:scenario_detail", args=[saved.pk])).content.decode()
    assert "制定时登记 2,501 人，现登记 3,000 人（截至 2026-10-31）" in page
    client.post(reverse("staffing:scenario_copy", args=[saved.pk]), {"name": "方案二"})
    copy = Scenario.objects.get(name="方案二")
    assert (copy.copied_from, copy.lines.get(organisation=short).posted) == (saved, 4)
    client.post(reverse("staffing:scenario_withdraw", args=[saved.pk]), {"reason": "改用方案二"})
    assert client.get(edit).status_code == 422
    compared = client.get(reverse("staffing:scenario_compare", args=[office.bureau.pk]), {"s": [saved.pk, copy.pk, "x"]}).content.decode()
    assert "现状" in compared and "方案二" in compared and "已撤销" in compared and "登记数已变化" in compared
    verbs = ["saved", "changed", "copied", "withdrawn"]
    assert list(AuditEvent.objects.filter(action__startswith="staffing.scenario.").order_by("pk").values_list("action", flat=True)) == [
        f"staffing.scenario.{verb}" for verb in verbs
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.filter(pk=copy.pk).update(status="WITHDRAWN")


def test_the_sheet_and_the_paper_hold_the_rows_of_the_page(browse, office, short, saved):
    sheet = browse(office.chief).get(reverse("staffing:scenario_export", args=[saved.pk]))
    rows = load_workbook(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:3]] == [office.bureau.name, short.name]
    assert (rows[-1][7], rows[-1][10]) == (3, 180000)
    (page,) = PdfReader(io.BytesIO(pdf.render("staffing/print/scenario.html", papers.scenario_context(saved)))).pages
    text = page.extract_text().replace("\n", "")
    assert all(words in text for words in ("方案一", short.name, "180,000.00", "不提出核减意见"))


# --- to a purchase draft


def purchase(office, scenario, **changed) -> dict:
    posts = {f"posts_{line.organisation_id}": line.posted for line in scenario.lines.all() if line.posted}
    answers = {key: "yes" if given["answer"] else "no" for key, given in good_answers(catalogue.EMPLOYMENT_TEST).items()}
    items = [CatalogueItem.objects.get(code="A2").pk]
    head = {"name": "社会救助经办派驻服务", "fiscal_year": "2026", "items": items, "programmes": ["DB", "TK"], "version": scenario.version}
    return head | posts | answers | changed


def test_a_scenario_becomes_one_purchase_draft_with_its_shortage_and_the_answers_to_p33(browse, office, short, saved):
    url, client = reverse("staffing:scenario_purchase", args=[saved.pk]), browse(office.officer)
    assert "合同类型是否为劳务派遣协议" in client.get(url).content.decode()
    first, again = client.post(url, purchase(office, saved)), client.post(url, purchase(office, saved))
    project = Project.objects.get()
    assert first.url == again.url == reverse("procurement:project_detail", args=[project.pk])
    assert (project.status, project.plan_amount, project.ceiling, project.quantity) == ("draft", Decimal(180000), Decimal(180000), None)
    words = ("2,501 × 2‰ = 5.002", "现有自有专职 1 人、派驻 0 人，缺 5 人", "优先安排社会工作专业毕业", "不得以劳务派遣方式用工")
    assert all(word in project.requirement for word in words)
    assert list(catalogue.reserved_act_breaches(gates.text_of(project))) == list(wording_breaches(gates.text_of(project))) == []
    assert ScreeningAnswer.objects.filter(project=project, list="employment_test").count() == len(catalogue.EMPLOYMENT_TEST)
    assert [(line.organisation, line.posts, line.short) for line in PostingPlanLine.objects.all()] == [(office.bureau, 1, 4), (short, 2, 5)]
    there = client.get(first.url).content.decode()
    assert reverse("staffing:scenario_detail", args=[saved.pk]) in there and "派驻服务点" in there
    assert project.code in client.get(reverse("staffing:scenario_detail", args=[saved.pk])).content.decode()
    with pytest.raises(Refused, match="已据此方案建立购买项目"):
        services.withdraw_scenario(saved.pk, reason="改", by=office.chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostingPlan.objects.create(scenario=saved, project=project, budget=1, made_by=office.officer, made_at=saved.created_at)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dispatch": "yes"}, "合同类型是否为劳务派遣协议？”答为“是”"),
        ({"paid_by_output": ""}, "尚未回答"),
        ({"person_month": "yes"}, "人·月"),  # lifted by a reason only
        ({"version": "7"}, "其他人"),
    ],
)
def test_dispatch_in_disguise_is_refused_before_there_is_a_draft(browse, office, saved, changed, words):
    response = browse(office.officer).post(reverse("staffing:scenario_purchase", args=[saved.pk]), purchase(office, saved, **changed))
    assert response.status_code in (409, 422)
    assert response.status_code == 409 or words in response.content.decode()
    assert not Project.objects.exists()


def test_posts_where_own_staff_suffice_need_a_reason_which_the_plan_keeps(browse, office, short, small):
    data = typed(office, short, small, **{f"posted_{small.pk}": "1"})
    create(browse, office, data)
    scenario = Scenario.objects.get()
    url, client = reverse("staffing:scenario_purchase", args=[scenario.pk]), browse(office.officer)
    assert "已达标准下限" in client.post(url, purchase(office, scenario)).content.decode()
    assert client.post(url, purchase(office, scenario, reason="两名人员年内退休")).status_code == 302
    assert PostingPlan.objects.get().reason == "两名人员年内退休"


def test_who_may_not_draft_projects_makes_none_and_who_may_not_edit_changes_no_scenario(browse, office, saved, chongqing):
    stranger = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)
    buy, edit = (reverse(f"staffing:{name}", args=[saved.pk]) for name in ("scenario_purchase", "scenario_edit"))
    assert [browse(user).get(buy).status_code for user in (office.chief, stranger)] == [403, 404]
    assert browse(office.officer).get(edit).status_code == 403
