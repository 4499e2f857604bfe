"""采购包: what binds the lots of one purchase. Rule ids: docs/rules.md."""

from collections.abc import Iterator, Sequence

from records.policy import Breach, Clause

SPLITTING = Clause("政府采购法实施条例", "第二十八条")
CONFIRMATION = Clause("政府采购法实施条例", "第四十三条")


def together_breaches(waiting: Sequence[str], methods: Sequence[str]) -> Iterator[Breach]:
    """P-27: the lots of one purchase go out together and by one method; one total decides which. ``waiting``: lots not yet approved."""
    if waiting:
        yield Breach("P-27", SPLITTING, f"同一采购的各采购包应一并公告，尚未批准：{'、'.join(waiting)}。")
    if len(set(methods)) > 1:
        yield Breach("P-27", SPLITTING, f"同一采购的各采购包应采用同一采购方式，现有：{'、'.join(sorted(set(methods)))}。")


def award_limit_breaches(supplier: str, *, won: Sequence[str], limit: int | None, undecided: Sequence[str]) -> Iterator[Breach]:
    """T-12: where the document limits the lots of one supplier, lots are decided by number and a supplier at its limit is passed over.

    ``won``: lots this supplier already has; ``undecided``: lots with a lower number that are still open.
    """
    if limit is None:
        return
    if undecided:
        yield Breach("T-12", CONFIRMATION, f"采购文件限定每家成交包数，应按包号顺序确定：{'、'.join(undecided)}尚未确定。")
    if len(won) >= limit:
        yield Breach("T-12", CONFIRMATION, f"“{supplier}”已成交{'、'.join(won)}，采购文件规定每家最多成交 {limit} 个包，应顺延下一名。")
