from datetime import date, timedelta
from decimal import Decimal

import pytest

from contractors import rules
from contractors.rules import Ban, Condition, Control, LegalForm, Profile, Wrong

ON = date(2026, 11, 22)
ALL = frozenset(Condition)


def ids(breaches):
    return [(breach.rule, breach.binding) for breach in breaches]


@pytest.mark.parametrize(
    ("form", "funded", "expected"),
    [
        (LegalForm.SOCIAL_GROUP, False, []),
        (LegalForm.SOCIAL_SERVICE, False, []),
        (LegalForm.FOUNDATION, False, []),
        (LegalForm.EXEMPT_GROUP, False, []),
        (LegalForm.EXEMPT_GROUP, True, [("P-03", True)]),
        (LegalForm.INSTITUTION_2, True, []),
        (LegalForm.INSTITUTION_COMMERCIAL, False, []),
        (LegalForm.INSTITUTION_1, True, [("P-03", True)]),
        (LegalForm.INSTITUTION_UNCLASSED, False, [("P-03", True)]),
        (LegalForm.ORGAN, True, [("P-03", True)]),
        (LegalForm.ENTERPRISE, False, []),
        (LegalForm.PRACTICE, False, []),
        (LegalForm.LABOUR_AGENCY, False, [("P-33", False)]),
        (LegalForm.COLLECTIVE, False, [("P-05", False)]),
        (LegalForm.COMMITTEE, False, [("P-05", False)]),
        (LegalForm.PERSON, False, [("P-33", True)]),
        ("UNKNOWN", False, [("P-03", True)]),
    ],
)
def test_legal_form_decides_who_may_contract(form, funded, expected):
    assert ids(rules.form_breaches(form, fiscally_funded=funded)) == expected


def test_every_legal_form_has_a_label():
    assert set(rules.LEGAL_FORM_LABELS) == set(LegalForm)


def test_each_missing_condition_is_named_p07():
    found = list(rules.condition_breaches(ALL - {Condition.CAPACITY, Condition.GOVERNANCE}))
    assert ids(found) == [("P-07", True), ("P-07", True)]
    assert "专业技术能力" in found[0].message
    assert found[1].clause == rules.FOUNDING


@pytest.mark.parametrize(
    ("kind", "fine", "serious"),
    [
        ("CRIMINAL", "0", True),
        ("REVOCATION", "0", True),
        ("FINE", "1999999.99", False),
        ("FINE", "2000000", True),
        ("OTHER", "9999999", False),
    ],
)
def test_p08_serious_means_penal_closing_or_two_million(kind, fine, serious):
    assert rules.is_serious(Wrong(kind, ON, Decimal(fine)), large_fine=Decimal(2_000_000)) is serious


def test_p08_an_unset_threshold_makes_every_fine_a_question_that_a_reason_answers():
    small = [Wrong("FINE", ON, Decimal(500))]
    assert ids(rules.violation_breaches(small, on=ON)) == [("P-08", False)]
    assert ids(rules.violation_breaches(small, on=ON, large_fine=Decimal(2_000_000))) == []
    assert ids(rules.violation_breaches([Wrong("FINE", ON, Decimal(2_000_000))], on=ON, large_fine=Decimal(2_000_000))) == [("P-08", True)]


@pytest.mark.parametrize(
    ("decided", "ban_ends", "shut_out"),
    [
        (date(2023, 11, 23), None, True),  # one day short of three years
        (date(2023, 11, 22), None, False),  # three years are over today
        (date(2025, 1, 1), ON - timedelta(1), False),  # the ban ran out yesterday
        (date(2025, 1, 1), ON, True),  # last day of the ban
    ],
)
def test_p08_counts_three_years_and_frees_after_a_ban(decided, ban_ends, shut_out):
    found = list(rules.violation_breaches([Wrong("CRIMINAL", decided, ban_ends_on=ban_ends)], on=ON))
    assert bool(found) is shut_out


@pytest.mark.parametrize(
    ("on", "shut_out"),
    [(date(2025, 6, 30), False), (date(2025, 7, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_debarment_binds_both_end_days_and_frees_the_day_after(on, shut_out):
    ban = Ban("渝财采罚〔2025〕3号", date(2025, 7, 1), date(2026, 6, 30))
    assert bool(list(rules.ban_breaches([ban], on=on))) is shut_out


@pytest.mark.parametrize(
    ("ends", "finance", "number", "refused"),
    [
        (date(2026, 6, 30), True, "1号", 0),  # one year to the day
        (date(2028, 6, 30), True, "1号", 0),  # three
        (date(2026, 6, 29), True, "1号", 1),
        (date(2028, 7, 1), True, "1号", 1),
        (date(2026, 6, 30), False, "1号", 1),
        (date(2026, 6, 30), True, " ", 1),
    ],
)
def test_only_finance_bans_for_one_to_three_years(ends, finance, number, refused):
    found = list(rules.ban_term_breaches(starts_on=date(2025, 7, 1), ends_on=ends, issued_by_finance=finance, decision_no=number))
    assert len(found) == refused


def looked(day, *lists, sites=("CREDIT_CHINA", "PURCHASE_CHINA")):
    return [rules.Lookup(site, day, tuple(lists)) for site in sites]


def test_p09_asks_for_a_credit_check_of_both_sites_on_the_very_day():
    assert ids(rules.credit_breaches(looked(ON), on=ON)) == []
    assert ids(rules.credit_breaches(looked(ON - timedelta(1)), on=ON)) == [("P-09", True)] * 2
    assert ids(rules.credit_breaches([], on=ON)) == [("P-09", True)] * 2
    half = list(rules.credit_breaches(looked(ON, sites=("CREDIT_CHINA",)), on=ON))
    assert ids(half) == [("P-09", True)] and "中国政府采购网" in half[0].message


def test_p09_the_last_look_of_the_day_counts_and_a_listing_bars():
    found = list(rules.credit_breaches(looked(ON, "失信被执行人", sites=("CREDIT_CHINA",)) + looked(ON, sites=("PURCHASE_CHINA",)), on=ON))
    assert ids(found) == [("P-09", True)] and "失信被执行人" in found[0].message and "信用中国" in found[0].message


def test_p09_a_check_of_tomorrow_proves_nothing_today():
    assert len(list(rules.credit_breaches(looked(ON + timedelta(1)), on=ON))) == 2


def test_p09_a_check_keeps_a_picture_or_tells_how_it_was_made():
    assert ids(rules.credit_proof_breaches(picture=False, note=" ")) == [("P-09", True)]
    assert ids(rules.credit_proof_breaches(picture=True, note="")) == []


@pytest.mark.parametrize(("ends", "ok"), [(None, True), (ON, True), (ON - timedelta(1), False)])
def test_qualification_counts_through_its_last_day(ends, ok):
    assert (not list(rules.qualification_breaches({"养老护理员证": ends}, ["养老护理员证"], on=ON))) is ok


def test_missing_qualification_is_named():
    assert "社工证" in next(rules.qualification_breaches({}, ["社工证"], on=ON)).message


def test_a_verified_social_service_with_all_proofs_may_bid():
    profile = Profile("演示社工服务中心", LegalForm.SOCIAL_SERVICE, verified=True, conditions=ALL)
    assert list(rules.eligibility_breaches(profile, on=ON)) == []


def test_an_unverified_contractor_may_not_bid():
    profile = Profile("演示社工服务中心", LegalForm.SOCIAL_SERVICE, verified=False, conditions=ALL)
    assert ids(rules.eligibility_breaches(profile, on=ON)) == [("P-07", True)]


@pytest.mark.parametrize("code", ["91350100M000100Y43", "11500226009341047W", "1150010700927688XM"])
def test_real_codes_pass_the_check(code):
    assert list(rules.uscc_breaches(code)) == []


@pytest.mark.parametrize("code", ["91350211M00013FA1N", "91350100M000100Y44", "9135", "9135010OM000100Y43"])
def test_a_bad_check_digit_warns_and_never_blocks(code):
    assert ids(rules.uscc_breaches(code)) == [("USCC", False)]


def test_prefix_that_does_not_fit_the_form_warns():
    assert ids(rules.uscc_breaches("91350100M000100Y43", LegalForm.SOCIAL_SERVICE)) == [("USCC", False)]


@pytest.mark.parametrize("typed", ["９１350100m000100y43", " 91350100 M000100Y43\n", "91350100M000100Y43"])
def test_typed_codes_are_put_right(typed):
    assert rules.normalise_uscc(typed) == "91350100M000100Y43"


def test_p10_one_head_for_two_bidders_is_refused():
    others = [Control("乙中心", "B", "head-1"), Control("丙中心", "C", "head-2")]
    found = list(rules.same_control_breaches(Control("甲中心", "A", "head-1"), others))
    assert ids(found) == [("P-10", True)]
    assert "乙中心" in found[0].message


@pytest.mark.parametrize(
    ("own", "other", "refused"),
    [
        (Control("甲", "A", "x", frozenset({"B"})), Control("乙", "B", "y"), True),
        (Control("甲", "A", "x"), Control("乙", "B", "y", frozenset({"A"})), True),
        (Control("甲", "A", "x", frozenset({"P"})), Control("乙", "B", "y", frozenset({"P"})), False),  # a common parent is not named
        (Control("甲", "A", ""), Control("乙", "B", ""), False),  # nothing known is not the same head
    ],
)
def test_p10_direct_holding_or_managing_is_refused(own, other, refused):
    assert bool(list(rules.same_control_breaches(own, [other]))) is refused


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        ({"head_id": "1"}, {"head_id": "1"}, "refused"),
        ({"head_id": "1"}, {"head_id": "2"}, "passed"),  # two people of one name
        ({}, {}, "refused"),
        ({"head_id": "1"}, {}, "asked"),  # leaving the number blank does not hide the person
        ({}, {"head_id": "1"}, "asked"),
        ({"head_id": "1"}, {"head": "李四"}, "passed"),
    ],
)
def test_p10_a_head_without_id_number_is_compared_by_name(own, other, verdict):
    one, two = (Control(name, name, **({"head": "张三"} | values)) for name, values in (("甲", own), ("乙", other)))
    found = [*rules.same_control_breaches(one, [two]), *rules.sign_breaches(one, [two])]
    assert {"refused": [True], "asked": [False], "passed": []}[verdict] == [breach.binding for breach in found]


def test_a_leap_day_ends_on_the_first_of_march():
    assert rules.add_years(date(2024, 2, 29), 1) == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("issuer", "finance"),
    [
        ("重庆市财政局", True),
        ("财政部", True),
        ("四川省财政厅", True),
        ("重庆市民政局", False),
        ("区民政局财政科", False),
        ("采购代理公司", False),
    ],
)
def test_p08_only_the_name_of_a_finance_department_is_one(issuer, finance):
    assert rules.is_finance(issuer) is finance


def test_p08_a_ban_ends_early_only_by_document_and_within_its_term():
    term = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    assert ids(rules.lifting_breaches(**term, lifted_on=date(2026, 6, 1), document="行复〔2026〕1号")) == []
    assert ids(rules.lifting_breaches(**term, lifted_on=date(2026, 6, 1), document=" ")) == [("P-08", True)]
    assert ids(rules.lifting_breaches(**term, lifted_on=date(2027, 1, 1), document="1号")) == [("P-08", True)]


def test_p10_same_telephone_or_address_is_a_question_not_a_verdict():
    own = Control("甲中心", "A", "x", phone="023-1234567", address="渝中区示例路１号")
    other = Control("乙中心", "B", "y", phone="0231234567", address="渝中区示例路1号")
    found = list(rules.sign_breaches(own, [other]))
    assert ids(found) == [("P-10", False)] and "甲中心" in found[0].message and "联系电话相同、住所相同" in found[0].message
    assert list(rules.sign_breaches(own, [Control("丙", "C", "x")])) == []  # one head is another rule's, and binding


@pytest.mark.parametrize(("form", "refused"), [("SOCIAL_SERVICE", True), ("INSTITUTION_2", True), ("ENTERPRISE", False)])
def test_p14_social_organisations_and_institutions_are_no_small_enterprises(form, refused):
    assert ids(rules.small_business_breaches(form, declared=True)) == ([("P-14", False)] if refused else [])
    assert ids(rules.small_business_breaches(form, declared=False)) == []


def test_p65_who_entered_a_contractor_does_not_verify_it():
    assert ids(rules.second_person_breaches(7, entered_by=7, act="核实")) == [("P-65", True)]
    assert ids(rules.second_person_breaches(7, entered_by=8, act="核实")) == []
