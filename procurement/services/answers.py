"""The negative list and the employment test, answer by answer: who said what and when (N-1 … N-7, P-33)."""

from procurement.models import Project, ScreeningAnswer
from procurement.rules import catalogue as rules

LISTS = {ScreeningAnswer.List.NEGATIVE: rules.SCREENING, ScreeningAnswer.List.EMPLOYMENT: rules.EMPLOYMENT_TEST}


def write_answers(project: Project, before: dict, by) -> int:
    """A row for each answer that differs from ``before`` (field → answers). The caller has saved the project. Returns how many."""
    rows = []
    for field in LISTS:
        if field not in before:
            continue
        given = getattr(project, field)
        for key, answer in given.items():
            if answer != before[field].get(key) and answer.get("answer") is not None:
                facts = {"answer": answer["answer"], "note": answer.get("note", "")}
                rows.append(ScreeningAnswer(project=project, list=field, question=key, answered_by=by, **facts))
    ScreeningAnswer.objects.bulk_create(rows)
    return len(rows)


def last_answers(project: Project) -> dict[tuple[str, str], ScreeningAnswer]:
    """(list, question) → the answer that holds."""
    rows = project.answers.select_related("answered_by").order_by("pk")
    return {(row.list, row.question): row for row in rows}
