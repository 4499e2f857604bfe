"""Write a trace in the transaction of the act, and prove later that no trace was changed, removed or slipped in.

Each township, bureau, contractor … has a chain of its own, so that writers do not queue for one head. An event's hash covers
its content and the hash before it. The head is sealed with a key from the environment; anchors written outside the database
(``verify_audit --anchor``) catch a tail cut off together with its head.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from accounts.models import AuditChain, AuditEmbargo, AuditEvent, Organisation
from accounts.wallclock import now

ROOT_CHAIN = "50/"
CHAIN_DEPTH = 3  # city / district / township


def chain_of(path: str) -> str:
    """The chain of an organisation path: cut at township level."""
    return "/".join(path.rstrip("/").split("/")[:CHAIN_DEPTH]) + "/"


def owner_path(target, organisation=None) -> str:
    owner = organisation or (target if isinstance(target, Organisation) else None)
    owner = owner or getattr(target, "audit_organisation", None) or getattr(target, "organisation", None)
    return owner.path if isinstance(owner, Organisation) else ROOT_CHAIN


def record(action: str, target, *, by, detail: dict | None = None, organisation=None, embargo: str = "") -> AuditEvent:
    """Append one event. ``by`` is a User, or None for the system itself. Belongs inside the act's transaction.

    ``embargo`` (or the target's own ``audit_embargo``): a key under which it stays unread until ``lift(key)``.
    """
    path = owner_path(target, organisation)
    with transaction.atomic():
        AuditChain.objects.get_or_create(chain=chain_of(path))
        head = AuditChain.objects.select_for_update().get(chain=chain_of(path))
        event = AuditEvent(
            chain=head.chain,
            sequence=head.sequence + 1,
            action=action,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_label=str(target)[:200],
            actor=by,
            actor_name=str(by) if by else "系统",
            organisation_path=path,
            detail=json.loads(json.dumps(detail or {}, cls=DjangoJSONEncoder)),
            at=now(),
            previous_hash=head.hash,
        )
        event.hash = hash_of(event)
        event.save(force_insert=True)
        head.sequence, head.hash = event.sequence, event.hash
        head.seal = seal_of(head)
        head.save()
        if key := embargo or getattr(target, "audit_embargo", ""):
            AuditEmbargo.objects.create(event=event, key=key)
    return event


def lift(key: str) -> int:
    """What was secret under ``key`` may be read from now on, within everybody's reach. Returns how many events."""
    return AuditEmbargo.objects.filter(key=key, lifted_at=None).update(lifted_at=now())


def hash_of(event: AuditEvent) -> str:
    content = [
        event.chain,
        event.sequence,
        event.action,
        event.target_type,
        event.target_id,
        event.target_label,
        event.actor_id,
        event.actor_name,
        event.organisation_path,
        event.detail,
        event.at.astimezone(UTC).isoformat(),
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seal_of(head: AuditChain) -> str:
    message = f"{head.chain}|{head.sequence}|{head.hash}".encode()
    return hmac.new(settings.AUDIT_KEY.encode(), message, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Fault:
    chain: str
    sequence: int
    what: str

    def __str__(self):
        return f"{self.chain} 第 {self.sequence} 条：{self.what}"


def verify(anchors: dict[str, tuple[int, str]] | None = None) -> Iterator[Fault]:
    """The first fault of every chain that has one. ``anchors``: chain → (sequence, hash) kept outside the database."""
    heads = {head.chain: head for head in AuditChain.objects.all()}
    chains = set(AuditEvent.objects.order_by().values_list("chain", flat=True).distinct()) | set(heads) | set(anchors or {})
    for chain in sorted(chains):
        fault = _first_fault(chain, heads.get(chain), (anchors or {}).get(chain))
        if fault:
            yield fault


def _first_fault(chain: str, head: AuditChain | None, anchor: tuple[int, str] | None) -> Fault | None:
    sequence, previous = 0, ""
    for event in AuditEvent.objects.filter(chain=chain).order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != sequence + 1:
            return Fault(chain, sequence + 1, "记录缺失")
        if event.previous_hash != previous or event.hash != hash_of(event):
            return Fault(chain, event.sequence, "内容与摘要不符（被修改或插入）")
        sequence, previous = event.sequence, event.hash
        if anchor and anchor[0] == sequence and anchor[1] != previous:
            return Fault(chain, sequence, "与库外锚点不符（被替换）")
    if head is None or head.seal != seal_of(head):
        return Fault(chain, sequence, "链头缺失或封印不符")
    if head.sequence != sequence:
        added = head.sequence < sequence
        return Fault(chain, min(head.sequence, sequence) + 1, "链头之后被添加了记录" if added else "链尾记录被删除")
    if head.hash != previous:
        return Fault(chain, sequence, "末条记录与链头不符（被替换）")
    if anchor and anchor[0] > sequence:
        return Fault(chain, sequence + 1, "链尾被截断（库外锚点记有更多记录）")
    return None


def anchors() -> dict[str, tuple[int, str]]:
    """The heads as they stand, to be kept outside the database."""
    return {head.chain: (head.sequence, head.hash) for head in AuditChain.objects.all()}
