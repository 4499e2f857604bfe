"""A case under way: which step may be done, and when the case may end."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from records.policy import Breach, Clause

ORDER = Clause("民发〔2021〕57号", "第二十八条")
INVESTIGATORS = Clause("民发〔2021〕57号", "第十六条")
PUBLIC_NOTICE = Clause("民发〔2021〕57号", "第十九条")
COUNTY_VISIT = Clause("民发〔2021〕57号", "第二十条")
COORDINATED = Clause("渝民发〔2018〕4号", "三（一）")
REMEDIES = Clause("社会救助法", "第七十六条")

INVESTIGATORS_MINIMUM = 2
REASON_MINIMUM = 8


def step_breaches(
    *, name: str, waiting_for: Sequence[str], paused: bool, earliest: date | None, today: date, people: Sequence[str],
    people_minimum: int, recorded: bool,
) -> Iterator[Breach]:  # fmt: skip
    """May this step be marked done today? ``earliest``: end of a minimum period such as 公示 (D-04).

    ``recorded``: a step that takes several people has its written record (DB-3); names alone are none.
    """
    if waiting_for:
        yield Breach("W-14", ORDER, f"“{name}”须在“{'”“'.join(waiting_for)}”完成后办理。")
    if paused:
        yield Breach("D-05", ORDER, f"“{name}”正在暂停计时，请先恢复。")
    if earliest is not None and today < earliest:
        yield Breach("DB-4", PUBLIC_NOTICE, f"“{name}”须满期限，最早 {earliest:%Y-%m-%d} 可以办结，今天是 {today:%Y-%m-%d}。")
    if people_minimum and not recorded:
        yield Breach("DB-3", INVESTIGATORS, f"“{name}”须先填写入户调查记录，不能只登记完成。")
    elif len(set(people)) < people_minimum:
        yield Breach("DB-3", INVESTIGATORS, f"“{name}”须由 {people_minimum} 名以上调查人员共同进行，现登记 {len(set(people))} 名。")


def closing_breaches(*, open_referrals: Sequence[str]) -> Iterator[Breach]:
    """W-03: the one who was asked first owns the matter until every department has answered."""
    if open_referrals:
        yield Breach(
            "W-03", COORDINATED, f"还有 {len(open_referrals)} 件转办（转介）未办结：{'、'.join(open_referrals)}。答复或撤回后才能办结。"
        )


def confirmation_breaches(*, open_steps: Iterable[str], near_relative: bool, county_visit_on: date | None) -> Iterator[Breach]:
    """W-14: nobody enters without application, inquiry and confirmation. W-13: near relatives need the county's visit."""
    open_steps = list(open_steps)
    if open_steps:
        yield Breach("W-14", ORDER, f"还有步骤未完成：{'、'.join(open_steps)}。未经申请、调查和审核确认，不得纳入救助。")
    if near_relative and county_visit_on is None:
        yield Breach("W-13", COUNTY_VISIT, "申请人与经办人员或村（居）干部有近亲属关系，须由区县民政局全部入户核查并登记日期。")


def county_visit_breaches(*, complained: bool, visited_on: date | None, accepted_on: date | None, today: date) -> Iterator[Breach]:
    """DB-6: a complaint that comes while the county decides is looked into at home; the day is one on which that could have been."""
    if complained and visited_on is None:
        yield Breach("DB-6", COUNTY_VISIT, "审核确认阶段接到投诉、举报的，须由区县民政局入户核查，请登记核查日期后再作出结论。")
    if visited_on is not None and not (accepted_on or visited_on) <= visited_on <= today:
        span = f"受理之日（{accepted_on}）至今天（{today}）之间" if accepted_on else f"今天（{today}）之前"
        yield Breach("DB-6", COUNTY_VISIT, f"区县入户核查日期 {visited_on} 应在{span}。")


def negative_breaches(*, reason: str, act: str) -> Iterator[Breach]:
    """W-16: a negative decision is written, with reasons."""
    if len(reason.strip()) < REASON_MINIMUM:
        yield Breach("W-16", REMEDIES, f"{act}须书面写明理由（不少于 {REASON_MINIMUM} 个字），现有 {len(reason.strip())} 个字。")
