"""The township's window: where it is, when it is open, who is there."""

from django.db import transaction

from accounts import audit
from windows.models import Window


@transaction.atomic
def save_window(organisation, *, address: str, hours: str, phone: str, staff, by) -> Window:
    """Make or change the window of a township; its dedicated people are named (W-02)."""
    window, fresh = Window.objects.update_or_create(
        organisation=organisation, defaults={"address": address.strip(), "hours": hours.strip(), "phone": phone.strip()}
    )
    window.staff.set(staff)
    detail = {"staff": [user.name for user in staff], "phone": phone}
    audit.record(f"windows.window.{'opened' if fresh else 'changed'}", window, by=by, detail=detail)
    return window
