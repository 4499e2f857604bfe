"""What may be bought, what never."""

import pytest

from procurement.rules import catalogue

GOOD_SCREENING = {q.key: {"answer": False, "note": "已会同法规科审查"} for q in catalogue.SCREENING}
GOOD_EMPLOYMENT = {q.key: {"answer": not q.wrong, "note": ""} for q in catalogue.EMPLOYMENT_TEST}


def screened(**changes):
    answers = {key: dict(value) for key, value in GOOD_SCREENING.items()}
    for key, value in changes.items():
        answers[key.replace("_", "-")].update(value)
    return list(catalogue.answer_breaches(catalogue.SCREENING, answers))


def test_a_clean_screening_lets_the_project_pass():
    assert screened() == []


@pytest.mark.parametrize("key", ["N-1", "N-2", "N-3", "N-4", "N-5", "N-6", "N-7"])
def test_each_item_of_the_negative_list_blocks_by_its_own_id(key):
    breaches = screened(**{key.replace("-", "_"): {"answer": True}})
    assert [(b.rule, b.binding) for b in breaches] == [(key, True)]


def test_an_unanswered_item_is_not_taken_for_a_no():
    breaches = screened(N_3={"answer": None})
    assert [b.rule for b in breaches] == ["N-3"] and "尚未回答" in breaches[0].message


def test_other_legal_bans_need_a_word_on_who_looked_into_them():
    assert [b.rule for b in screened(N_7={"note": "  "})] == ["N-7"]


@pytest.mark.parametrize(
    ("key", "binding"),
    [
        ("dispatch", True),
        ("buyer_manages", True),
        ("headcount_only", True),
        ("person_month", False),
        ("named_persons", False),
        ("former_staff", False),
        ("contractor_employs", True),
        ("contractor_insures", True),
        ("paid_by_output", True),
    ],
)
def test_p33_blocks_disguised_employment_and_warns_of_its_signs(key, binding):
    answers = {k: dict(v) for k, v in GOOD_EMPLOYMENT.items()}
    answers[key]["answer"] = not answers[key]["answer"]
    breaches = list(catalogue.answer_breaches(catalogue.EMPLOYMENT_TEST, answers))
    assert [(b.rule, b.binding) for b in breaches] == [("P-33", binding)]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("承接主体负责低保审核确认", True),
        ("代为作出受理决定；开展入户走访", True),
        ("低保审批决定", True),
        ("家计调查，入户核实家庭收入", False),
        ("调查结论供参考，承接主体不得代替民政部门作出审核确认", False),
        ("审核确认由民政部门负责，承接主体协助整理资料", False),
    ],
)
def test_n1_refuses_acts_of_the_authority_in_the_words_of_the_project(text, refused):
    assert bool(list(catalogue.reserved_act_breaches(text))) is refused


def test_p06_needs_at_least_one_item():
    assert [b.rule for b in catalogue.item_breaches([], listed=["A2"])] == ["P-06"]


def test_p06_needs_every_item_in_the_local_guidance_catalogue():
    breaches = list(catalogue.item_breaches(["A2", "B1"], listed=["A2"]))
    assert [b.rule for b in breaches] == ["P-06"] and "B1" in breaches[0].message


def test_items_serve_only_their_programmes():
    assert list(catalogue.programme_breaches(["DB"], offered={"A2": ["DB", "TK"]})) == []
    assert "医疗救助" in next(catalogue.programme_breaches(["MA"], offered={"A2": ["DB", "TK"]})).message


def test_x3_medical_assistance_is_bought_with_the_medical_bureaus_paper():
    offered = {"B1 上门照料": ["DB", "TK", "MA"]}
    (breach,) = catalogue.programme_breaches(["DB", "MA"], offered=offered)
    assert (breach.rule, breach.binding) == ("X-3", False) and "医疗保障部门" in breach.message
    assert list(catalogue.programme_breaches(["DB"], offered=offered)) == []


def test_p06_a_programme_that_the_item_does_not_serve_is_told_in_words():
    (breach,) = catalogue.programme_breaches(["TA"], offered={"B1 上门照料": ["DB"]})
    assert breach.message == "“B1 上门照料”不适用于临时救助。"
