"""Whom a contract offers for posts: its workers at one of the four places (W-20) who are on no roster yet, ranked by W-21.

The rank is a preference, never a condition.
"""

from dataclasses import dataclass

from accounts.models import Organisation
from procurement.models import PostedWorker
from records import clock
from staffing import rules
from staffing.exchange_staff import EDUCATIONS, word_of
from staffing.models import StaffMember

LEVELS = {
    PostedWorker.Qualification.ASSISTANT: StaffMember.Certificate.ASSISTANT,
    PostedWorker.Qualification.SOCIAL_WORKER: StaffMember.Certificate.SOCIAL_WORKER,
    PostedWorker.Qualification.SENIOR: StaffMember.Certificate.SENIOR,
}
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    worker: PostedWorker
    rank: int
    education: str  # code; empty: what is registered names no education
    level: int

    @property
    def education_label(self) -> str:
        return dict(StaffMember.Education.choices).get(self.education) or self.worker.education or "未填"

    @property
    def needs_reason(self) -> bool:
        return self.education in ("", StaffMember.Education.BELOW)


def candidates(bureau: Organisation, user) -> list[Candidate]:
    """Workers in post under a signed contract of the district whom nobody has registered yet, social work first (W-21)."""
    today = clock.today()
    workers = (
        PostedWorker.objects.visible_to(user)
        .on_post(today)
        .filter(contract__project__organisation__path__startswith=bureau.path, contract__signed_at__isnull=False, contractor__isnull=False)
    )
    known = StaffMember.objects.in_post(today).filter(id_index__isnull=False).values("id_index")
    rows = (
        workers.exclude(place=PostedWorker.Place.HOME)
        .exclude(id_index__in=known)
        .select_related("contract__project__organisation", "contractor__organisation")
    )
    found = [candidate_of(worker) for worker in rows.order_by("pk")[:SHOWN]]
    return sorted(found, key=lambda one: (-one.rank, one.needs_reason, one.worker.starts_on, one.worker.pk))


def candidate_of(worker: PostedWorker) -> Candidate:
    level = int(LEVELS.get(worker.qualification, 0))
    rank = rules.posting_priority(social_work_education=False, certificate_level=level)
    return Candidate(worker, rank, word_of(EDUCATIONS, worker.education)[0] or "", level)
