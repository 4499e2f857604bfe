"""A verb has its statuses; on any other it is refused in words, before anything is written."""

from accounts.reach import reach_of
from records.policy import Clause
from records.refusals import Refused


def in_status(row, *allowed, breach: tuple[str, Clause], act: str) -> None:
    """Raises Refused unless the row stands in one of ``allowed``. ``breach``: the rule and clause that order the verbs."""
    if row.status in allowed:
        return
    words = "”“".join(status.label for status in allowed)
    message = f"{row._meta.verbose_name}“{row}”现为“{row.get_status_display()}”，不能{act}；只有“{words}”的可以。"
    raise Refused.because(*breach, message)


def principals(user) -> list[int]:
    """The user and everybody they stand in for today (deputies with an end date)."""
    return [user.pk, *(post.deputy_for.user_id for post in reach_of(user).memberships if post.deputy_for_id)]
