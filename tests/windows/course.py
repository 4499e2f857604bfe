"""Short words for a case on its course."""

from records import clock
from windows.services import course, publicity, visits


def rules_of(caught):
    return [breach.rule for breach in caught.value.breaches]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def step(case, code):
    return case.steps.get(code=code)


SEEN_HANGING = "到公示栏看过，已张贴。"


def finish(case, code, by, note="已办"):
    return course.complete_step(step(case, code).pk, note=note, version=fresh(case).version, by=by)


def post(case, by, village, **changed):
    """The public notice, hung by this village."""
    values = {"family_count": 2, "grants": True, "phone": "023-12345678", "no_fee_reason": "随日常走访完成"} | changed
    return publicity.issue(case.pk, publicity.Posting(village=village, **values), version=fresh(case).version, by=by)


def seen(**changed) -> visits.Seen:
    """A visit by two, in order in every point."""
    values = {
        "visited_on": clock.today(), "names": ["张某", "李某"], "met": "试验人", "met_relation": "本人", "family": "夫妻二人",
        "housing": "砖房两间", "work": "务农", "living": "看病支出大", "finding": "情况属实，生活确有困难。",
    }  # fmt: skip
    return visits.Seen(**values | changed)


def visit(case, by, **changed):
    return visits.record(case.pk, seen(**changed), version=fresh(case).version, by=by)
