"""What the applicant's own page may tell."""

from django.utils import timezone

from windows.models import Case, Window

STAGES = ("登记", "受理", "办理", "办结")


def progress_view(case: Case) -> dict:
    """Stage and date, and whom to call. No name, no need, no result in words: whoever finds a slip learns nothing of a life."""
    stage = {Case.Status.REGISTERED: 0, Case.Status.AWAITING: 0, Case.Status.ACCEPTED: 2}.get(Case.Status(case.status), 3)
    window = Window.objects.filter(organisation=case.organisation).first()
    return {
        "number": case.number,
        "stages": [
            {"label": label, "state": "done" if index < stage or stage == 3 else "current" if index == stage else "todo"}
            for index, label in enumerate(STAGES)
        ],
        "stage": "等待您补齐材料" if case.status == Case.Status.AWAITING else STAGES[stage],
        "due_on": case.due_on or case.next_due_on,
        "ended_on": timezone.localdate(case.ended_at) if case.ended_at else None,
        "contact": case.first_contact.name,
        "phone": (window.phone if window else "") or case.first_contact.phone,
        "where": str(case.organisation),
    }
