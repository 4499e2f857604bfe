"""A project from draft to approval: through the services, refused where the policy says so."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from procurement.forms.project import ReasonsForm
from procurement.models import CatalogueItem, Consultation, Project, ProjectFunding, Source
from procurement.services import gates, money
from procurement.services import project as projects
from records import clock
from records.refusals import Refused, StaleVersion
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


def test_a_complete_project_goes_from_draft_to_approved(office):
    project = factories.make_approved(office)
    assert project.status == Project.Status.APPROVED
    assert (project.submitted_by, project.approved_by) == (office.officer, office.chief)
    trail = AuditEvent.objects.about(project).values_list("action", flat=True)
    assert {"procurement.project.created", "procurement.project.submitted", "procurement.project.approved"} <= set(trail)


def test_codes_count_up_within_purchaser_and_year(office):
    first, second = factories.make_draft(office), factories.make_draft(office)
    assert int(second.code[-3:]) == int(first.code[-3:]) + 1 and second.code[:-3] == first.code[:-3]


def test_a_new_project_brings_the_standards_of_its_items(office):
    project = factories.make_draft(office, item="B1")
    assert [s.item.code for s in project.standards.all()] == ["B1"] * 3


def test_dropping_an_item_drops_its_standards_and_keeps_the_others(office):
    project = factories.make_draft(office, item="B1")
    both = CatalogueItem.objects.filter(code__in=("B1", "A2"))
    project = projects.edit_project(project.pk, version=project.version, by=office.officer, items=both)
    kept = project.standards.get(name="投诉办结率")
    project = projects.edit_project(project.pk, version=project.version, by=office.officer, items=both.filter(code="B1"))
    assert {s.item.code for s in project.standards.all()} == {"B1"} and project.standards.filter(pk=kept.pk).exists()


def test_n1_a_project_that_buys_the_decision_is_refused_at_creation(office):
    with pytest.raises(Refused) as refusal:
        factories.make_draft(office, name="低保审核确认服务")
    assert rules_of(refusal) == {"N-1"}


def test_p05_a_village_is_no_purchaser(office, chongqing):
    village = chongqing.home.townships[0].villages[0]
    with pytest.raises(Refused) as refusal:
        factories.make_draft(office, organisation=village)
    assert rules_of(refusal) == {"P-05"}


def test_p40_the_lowest_price_is_refused_when_typed_and_by_the_database(office):
    project = factories.make_draft(office)
    with pytest.raises(Refused) as refusal:
        projects.edit_project(project.pk, version=project.version, by=office.officer, award_basis="lowest_price")
    assert rules_of(refusal) == {"P-40"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(award_basis="lowest_price")


def test_inquiry_is_refused_when_chosen(office):
    project = factories.make_draft(office)
    with pytest.raises(Refused) as refusal:
        projects.edit_project(project.pk, version=project.version, by=office.officer, method="INQUIRY")
    assert "询价" in str(refusal.value)


def test_an_empty_draft_is_told_everything_that_is_missing_at_once(office):
    project = factories.make_draft(office)
    with pytest.raises(Refused) as refusal:
        projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert {"P-15", "P-18", "P-19", "P-21", "P-33", "P-46", "N-1", "N-7"} <= rules_of(refusal)
    assert Project.objects.get(pk=project.pk).status == Project.Status.DRAFT


def test_p46_weights_that_miss_100_are_refused(office):
    project = factories.make_complete_draft(office)
    project = projects.set_factors(
        project.pk, version=project.version, price_weight=Decimal("21"), rows=factories.factor_rows(), by=office.officer
    )
    with pytest.raises(Refused) as refusal:
        projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert rules_of(refusal) == {"P-46"}


def test_p42_a_price_weight_above_30_is_refused_for_a_consultation(office):
    project = factories.make_complete_draft(office)
    rows = factories.factor_rows()[:2]
    project = projects.set_factors(project.pk, version=project.version, price_weight=Decimal("30.01"), rows=rows, by=office.officer)
    assert "P-42" in {breach.rule for breach in gates.submission_breaches(project)}


def test_p18_a_thin_survey_passes_only_with_a_reason_and_the_trail_keeps_it(office):
    project = factories.make_complete_draft(office)
    project.consultations.all().delete()
    with pytest.raises(Refused) as refusal:
        projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert rules_of(refusal) == {"P-18"}
    reasons = {"P-18": "上年度已调查，市场情况无变化"}
    project = projects.edit_project(project.pk, version=project.version, by=office.officer, reasons=reasons)
    projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert AuditEvent.objects.about(project).filter(action="procurement.project.submitted").get().detail["lifted"] == reasons


def test_p18_a_reason_lifts_what_was_said_when_it_was_written_and_nothing_later(office):
    project = factories.make_complete_draft(office)
    project.consultations.update(respondents=2)
    project = projects.edit_project(project.pk, version=project.version, by=office.officer, reasons={"P-18": "本区只有两家"})
    assert gates.unsettled(project, gates.submission_breaches(project)) == []
    project.consultations.update(respondents=0)
    assert [breach.rule for breach in gates.unsettled(project, gates.submission_breaches(project))] == ["P-18"]
    field = ReasonsForm(project=project).fields["P-18"]
    assert (field.initial, "本区只有两家" in field.help_text, "0 家" in field.label) == ("", True, True)


def test_p65_whoever_submitted_cannot_approve(office):
    project = factories.make_submitted(office)
    with pytest.raises(Refused) as refusal:
        projects.approve_project(project.pk, version=project.version, by=office.officer)
    assert rules_of(refusal) == {"P-65"}


def test_p65_whoever_drafted_cannot_approve_what_a_colleague_submitted(office):
    project = factories.make_complete_draft(office)
    colleague = make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau)
    project = projects.submit_project(project.pk, version=project.version, by=colleague)
    with pytest.raises(Refused) as refusal:
        projects.approve_project(project.pk, version=project.version, by=office.officer)
    assert rules_of(refusal) == {"P-65"}


@pytest.mark.parametrize("verb", ["edit", "factors", "fund"])
def test_p65_whoever_changed_somebody_elses_draft_cannot_approve_it(office, verb):
    project = factories.make_complete_draft(office)
    if verb == "edit":
        project = projects.edit_project(project.pk, version=project.version, by=office.chief, method_reason="局长改的")
    elif verb == "factors":
        rows = factories.factor_rows()
        project = projects.set_factors(project.pk, version=project.version, price_weight=Decimal(20), rows=rows, by=office.chief)
    else:
        amounts = {office.line.pk: Decimal("480000.00")}
        project = money.fund_project(project.pk, version=project.version, amounts=amounts, by=office.chief)
    project = projects.submit_project(project.pk, version=project.version, by=office.officer)
    with pytest.raises(Refused) as refusal:
        projects.approve_project(project.pk, version=project.version, by=office.chief)
    assert rules_of(refusal) == {"P-65"} and "项目修改" in str(refusal.value)


def test_p65_whoever_arranged_the_money_does_not_sign_for_it(office):
    project = factories.make_complete_draft(office, amount="400000.00", line=office.superior_line)
    amounts = {office.superior_line.pk: Decimal("400000.00")}
    project = money.fund_project(project.pk, version=project.version, amounts=amounts, by=office.finance)
    with pytest.raises(Refused) as refusal:
        projects.sign_off_funds(project.pk, reason="同意", by=office.finance)
    assert rules_of(refusal) == {"P-65"}


def test_p15_the_money_of_an_approved_project_cannot_be_moved(office):
    project = factories.make_approved(office)
    with pytest.raises(Refused) as refusal:
        money.fund_project(project.pk, version=project.version, amounts={office.superior_line.pk: Decimal("1.00")}, by=office.officer)
    assert "不能修改" in str(refusal.value)
    assert project.fundings.get().amount == Decimal("480000.00")


def test_a_submitted_project_cannot_be_edited_until_it_is_returned(office):
    project = factories.make_submitted(office)
    with pytest.raises(Refused):
        projects.edit_project(project.pk, version=project.version, by=office.officer, name="改名")
    project = projects.return_project(project.pk, version=project.version, by=office.chief, note="数量与预算不符")
    projects.edit_project(project.pk, version=project.version, by=office.officer, name="改名")
    assert Project.objects.get(pk=project.pk).name == "改名"


def test_returning_needs_a_word_on_why(office):
    project = factories.make_submitted(office)
    with pytest.raises(Refused):
        projects.return_project(project.pk, version=project.version, by=office.chief, note=" ")


def test_the_later_of_two_editors_is_refused_and_nothing_is_lost(office):
    project = factories.make_draft(office)
    projects.edit_project(project.pk, version=project.version, by=office.officer, unit="人次")
    with pytest.raises(StaleVersion) as refusal:
        projects.edit_project(project.pk, version=project.version, by=office.officer, unit="户次")
    assert Project.objects.get(pk=project.pk).unit == "人次" and refusal.value.changed_by == str(office.officer)


def test_only_listed_fields_can_be_edited(office):
    project = factories.make_draft(office)
    for field in ("status", "approved_by", "organisation", "code", "published_at", "finance_signed_by"):
        with pytest.raises(TypeError):
            projects.edit_project(project.pk, version=project.version, by=office.officer, **{field: None})


def test_p02_a_township_needs_guidance_before_approval(office, chongqing):
    township = chongqing.home.townships[0].organisation
    budget = factories.make_budget(township, office.finance)
    project = factories.make_submitted(office, organisation=township, line=budget.lines.get(source=Source.OWN_DISTRICT))
    with pytest.raises(Refused) as refusal:
        projects.approve_project(project.pk, version=project.version, by=office.chief)
    assert rules_of(refusal) == {"P-02"}
    project = projects.give_guidance(project.pk, opinion="具备条件，同意购买。", by=office.chief)
    assert projects.approve_project(project.pk, version=project.version, by=office.chief).status == Project.Status.APPROVED


def test_p02_a_changed_purchase_needs_the_guidance_again(office, chongqing):
    township = chongqing.home.townships[0].organisation
    budget = factories.make_budget(township, office.finance)
    project = factories.make_submitted(office, organisation=township, line=budget.lines.get(source=Source.OWN_DISTRICT))
    project = projects.give_guidance(project.pk, opinion="具备条件，同意购买。", by=office.chief)
    project = projects.return_project(project.pk, version=project.version, by=office.chief, note="联系电话有误。")
    project = projects.edit_project(project.pk, version=project.version, by=office.officer, contact_phone="023-12345678")
    assert project.guidance_opinion
    project = projects.edit_project(
        project.pk, version=project.version, by=office.officer, requirement=f"{project.requirement}另加夜间值守。"
    )
    assert not project.guidance_opinion
    project = projects.submit_project(project.pk, version=project.version, by=office.officer)
    with pytest.raises(Refused) as refusal:
        projects.approve_project(project.pk, version=project.version, by=office.chief)
    assert rules_of(refusal) == {"P-02"}


def test_a_consultation_that_is_still_running_cannot_be_recorded(office):
    project, today = factories.make_draft(office), clock.today()
    with pytest.raises(Refused) as refusal:
        projects.record_consultation(
            project.pk,
            kind=Consultation.Kind.PUBLIC_OPINION,
            started_on=today,
            ended_on=today + timedelta(days=1),
            channel="网站",
            respondents=0,
            summary="",
            by=office.officer,
        )
    assert rules_of(refusal) == {"P-17"}


# --- money -------------------------------------------------------------------------------------------------------


def test_f09_a_line_never_gives_more_than_it_has(office):
    first = factories.make_complete_draft(office, amount="1400000.00")
    second = factories.make_draft(office)
    with pytest.raises(Refused) as refusal:
        money.fund_project(second.pk, version=second.version, amounts={office.line.pk: Decimal("100000.01")}, by=office.officer)
    assert rules_of(refusal) == {"F-09"}
    money.fund_project(second.pk, version=second.version, amounts={office.line.pk: Decimal("100000.00")}, by=office.officer)
    assert money.free_amount(office.line) == 0 and first.fundings.count() == 1


def test_f09_a_ceiling_above_the_plan_is_refused_by_the_database(office):
    project = factories.make_complete_draft(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(ceiling=project.plan_amount + Decimal("0.01"))


def test_p15_a_plan_that_is_not_funded_to_the_cent_cannot_be_submitted(office):
    project = factories.make_complete_draft(office)
    ProjectFunding.objects.filter(project=project).update(amount=Decimal("479999.99"))
    with pytest.raises(Refused) as refusal:
        projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert rules_of(refusal) == {"P-15"}


def test_f03_without_a_city_ratio_finance_must_sign_and_another_person(office):
    project = factories.make_complete_draft(office, amount="400000.00", line=office.superior_line)
    with pytest.raises(Refused) as refusal:
        projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert rules_of(refusal) == {"F-03"}
    with pytest.raises(Refused) as refusal:
        projects.sign_off_funds(project.pk, reason="自己签", by=office.officer)
    assert rules_of(refusal) == {"P-65"}
    project = projects.sign_off_funds(project.pk, reason="市级未定比例，指标文允许列支", by=office.finance)
    assert projects.submit_project(project.pk, version=project.version, by=office.officer).status == Project.Status.SUBMITTED


def test_f03_over_the_ratio_blocks_even_with_a_signature(office, chongqing):
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    factories.set_policy("cap_ratio", "5", chongqing.city, setter, confirmer)
    year = clock.today().year
    money.record_grant(
        organisation=office.bureau, fiscal_year=year, source="city_special", amount=Decimal("8000000.00"),
        document="渝财社〔2026〕9号（示例）", issued_on=clock.today(), by=office.finance,
    )  # fmt: skip
    project = factories.make_complete_draft(office, amount="400000.00", line=office.superior_line)
    assert gates.unsettled(project, gates.submission_breaches(project)) == []
    other = factories.make_complete_draft(office, amount="0.01", line=office.superior_line, name="另一项目")
    other = projects.sign_off_funds(other.pk, reason="签", by=office.finance)
    with pytest.raises(Refused) as refusal:
        projects.submit_project(other.pk, version=other.version, by=office.officer)
    assert rules_of(refusal) == {"F-03"} and "0.01 元" in str(refusal.value)


def test_a_new_funding_lifts_finances_old_signature(office):
    project = factories.make_complete_draft(office, amount="400000.00", line=office.superior_line)
    project = projects.sign_off_funds(project.pk, reason="同意", by=office.finance)
    project = money.fund_project(
        project.pk, version=project.version, amounts={office.superior_line.pk: Decimal("400000.00")}, by=office.officer
    )
    assert project.finance_signed_by is None


# --- the table of ways ---------------------------------------------------------------------------------------------
