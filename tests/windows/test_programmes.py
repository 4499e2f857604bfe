"""Programmes as data: complete, cited, idempotent, and fixed once cases use them."""

import tomllib
from copy import deepcopy

import pytest
from django.conf import settings

from tests.windows.factories import log, make_clerk, programme
from windows.models import Material, Programme, Step
from windows.services import programmes

pytestmark = pytest.mark.django_db

CODES = {
    "DIBAO", "TEKUN", "MARGINAL", "RIGID", "TEMPORARY", "TEMPORARY_URGENT", "VAGRANT", "MEDICAL", "EMERGENCY_MED", "EDUCATION",
    "HOUSING", "EMPLOYMENT", "DISASTER", "DISABLED", "CHARITY", "LEGAL_AID", "RETURN_TO_POVERTY", "OTHER",
}  # fmt: skip


def test_every_programme_of_the_policy_is_there_after_migrate():
    assert set(Programme.objects.values_list("code", flat=True)) == CODES


def test_loading_twice_changes_nothing():
    result = programmes.load()
    assert (result.added, result.changed, result.in_use) == ([], [], []) and len(result.kept) == len(CODES)


def test_every_programme_has_its_own_key():
    keys = list(Programme.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


def test_the_dibao_steps_carry_the_limits_of_the_text():
    limits = {step.code: (step.amount, step.unit, step.rule) for step in programme("DIBAO").steps.all()}
    assert limits["INQUIRY"] == (3, "WD", "DB-1") and limits["PUBLIC"] == (7, "CD", "DB-4") and limits["CONFIRM"] == (10, "WD", "DB-6")
    assert (programme("DIBAO").whole_amount, programme("DIBAO").extended_amount) == (30, 45)


def test_every_predecessor_is_a_step_of_the_same_programme():
    for row in Programme.objects.prefetch_related("steps"):
        codes = {step.code for step in row.steps.all()}
        assert all(set(step.after) <= codes for step in row.steps.all()), row


def test_every_handled_programme_ends_with_exactly_one_concluding_step():
    for row in Programme.objects.prefetch_related("steps"):
        assert [step.concludes for step in row.steps.all()].count(True) == 1, row


def test_bank_and_tax_are_listed_so_that_nobody_asks_for_them():
    never = set(programme("DIBAO").materials.filter(need=Material.Need.SHAREABLE).values_list("code", flat=True))
    assert {"BANK", "TAX", "PROPERTY", "MARRIAGE"} <= never


def test_a_changed_programme_without_cases_is_replaced():
    data = deepcopy(programmes.read())
    data["programme"][0]["steps"][0]["limit"] = [5, "WD"]
    assert programmes.load(data).changed == ["DIBAO/D57"]
    assert programme("DIBAO").steps.get(code="INQUIRY").amount == 5


def test_a_version_that_a_case_uses_is_never_rewritten(chongqing):
    township = chongqing.home.townships[0].organisation
    log(make_clerk(township), township)
    data = deepcopy(programmes.read())
    data["programme"][0]["steps"][0]["limit"] = [5, "WD"]
    assert programmes.load(data).in_use == ["DIBAO/D57"]
    assert programme("DIBAO").steps.get(code="INQUIRY").amount == 3


def test_every_clause_that_a_programme_cites_is_in_the_index():
    index = tomllib.loads((settings.BASE_DIR / "records" / "clauses.toml").read_text(encoding="utf-8"))
    known = {(entry["document"], number) for entry in index["document"] for number in entry["clauses"]}
    rows = [*Programme.objects.all(), *Step.objects.all(), *Material.objects.all()]
    assert {(row.document, row.number) for row in rows} - known == set()
