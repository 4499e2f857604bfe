"""The inbox, and e-mail beside it when the house has a mail server.

    send([user], "项目已通过审核确认", "……", url=project.get_absolute_url(), key=f"project-approved:{project.pk}")
    to_role(organisation, Role.FINANCE_OFFICER, "……", "……", key=...)

One (recipient, key) is one message, so a task that runs twice sends once. Bodies hold no personal data beyond what the page
behind ``url`` would show.
"""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from accounts.models import Membership, User
from records import clock
from records.models import Message

log = logging.getLogger(__name__)


def send(to_users: Iterable[User], title: str, body: str = "", *, url: str = "", key: str) -> int:
    """Put one message into each inbox that lacks it. Returns how many were offered."""
    people = {user.pk: user for user in to_users if user.is_active}
    rows = [Message(recipient_id=pk, key=key[:200], title=title[:200], body=body, url=url[:300]) for pk in people]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    if settings.EMAIL_HOST:
        transaction.on_commit(lambda: mail(key), robust=True)
    return len(rows)


def to_role(organisation, role, title: str, body: str = "", *, url: str = "", key: str) -> int:
    """To everyone who holds ``role`` at ``organisation`` today."""
    posts = Membership.objects.active(clock.today()).filter(organisation=organisation, role=role)
    return send(User.objects.filter(memberships__in=posts).distinct(), title, body, url=url, key=key)


def to_office(organisation, role, title: str, body: str = "", *, url: str = "", key: str) -> int:
    """To everyone who holds ``role`` at ``organisation``; where nobody does (a township has no finance officer), at its bureau."""
    here = Membership.objects.active(clock.today()).filter(organisation=organisation, role=role, user__is_active=True).exists()
    return to_role(organisation if here else organisation.district or organisation, role, title, body, url=url, key=key)


def mail(key: str) -> int:
    """Mail the unsent messages of this key. A mail server that fails only delays; the inbox has them already."""
    sent = 0
    for message in Message.objects.filter(key=key, mailed_at=None).exclude(recipient__email="").select_related("recipient"):
        link = f"\n\n{settings.SITE_URL}{message.url}" if message.url else ""
        try:
            send_mail(message.title, f"{message.body}{link}", None, [message.recipient.email])
        except OSError:
            log.warning("mail for message %s failed", message.pk)
            break
        sent += Message.objects.filter(pk=message.pk, mailed_at=None).update(mailed_at=clock.now())
    return sent


def mark_read(user, pks=None) -> int:
    """Mark these (or all) messages of this user as read."""
    unread = Message.objects.visible_to(user).unread()
    return (unread if pks is None else unread.filter(pk__in=pks)).update(read_at=clock.now())


def unread_count(user) -> int:
    return Message.objects.visible_to(user).unread()[:100].count()
