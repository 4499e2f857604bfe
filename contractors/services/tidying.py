"""What was begun at the entrance and never sent is forgotten after a while: nobody asked us to keep it."""

from datetime import timedelta

from django.db import transaction

from contractors.models import Application
from records import clock
from records.models import StoredFile

KEPT = timedelta(days=60)


def forget_drafts() -> int:
    """Remove drafts untouched by the bureau and older than ``KEPT``, with their papers. Files on disk follow as orphans."""
    old = Application.objects.filter(status=Application.Status.DRAFT, created_at__lt=clock.now() - KEPT)
    gone = 0
    for pk in old.values_list("pk", flat=True):
        gone += forget(pk)
    return gone


@transaction.atomic
def forget(pk) -> int:
    row = Application.objects.select_for_update(of=("self",)).filter(pk=pk, status=Application.Status.DRAFT).first()
    if row is None:
        return 0
    files = list(row.papers.exclude(file=None).values_list("file", flat=True))
    row.papers.all().delete()
    row.delete()
    StoredFile.objects.filter(pk__in=files).delete()
    return 1
