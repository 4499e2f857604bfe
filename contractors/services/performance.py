"""A year's published result, written down for the next selection."""

from django.db import transaction

from accounts import audit
from contractors.models import Performance
from records import clock


@transaction.atomic
def record_performance(contractor, *, purchaser, year: int, subject: str, score, grade: str, source_url: str = "", by=None) -> Performance:
    """Write a published result down where next year's selection reads it (E-11). Writing it again corrects it."""
    row, _ = Performance.objects.update_or_create(
        contractor=contractor,
        purchaser=purchaser,
        year=year,
        subject=subject,
        defaults={"score": score, "grade": grade, "source_url": source_url, "recorded_at": clock.now()},
    )
    audit.record("contractors.performance.recorded", contractor, by=by, detail={"year": year, "grade": grade, "score": score})
    return row
