"""消息: a person's own inbox."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in
from records.listing import KeysetPage
from records.messages import mark_read
from records.models import Message


@signed_in
@require_safe
def message_list(request):
    rows = Message.objects.visible_to(request.user)
    unread_only = request.GET.get("unread") == "1"
    page = KeysetPage(rows.unread() if unread_only else rows, order=("-created_at", "-pk"), request=request)
    context = {"page": page, "rows": [_prepared(message) for message in page.rows], "unread_only": unread_only}
    return render(request, "records/message_list.html", context)


def _prepared(message: Message) -> dict:
    return {
        "pk": message.pk,
        "title": message.title,
        "body": message.body,
        "has_link": bool(message.url),
        "unread": message.read_at is None,
        "at": timezone.localtime(message.created_at).strftime("%Y-%m-%d %H:%M"),
    }


@signed_in
@require_POST
def message_open(request, pk):
    """Mark as read and go where the message points (only within this house)."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    mark_read(request.user, [message.pk])
    safe = url_has_allowed_host_and_scheme(message.url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(message.url if message.url and safe else "records:message_list")


@signed_in
@require_POST
def message_read_all(request):
    mark_read(request.user)
    return redirect("records:message_list")
