"""What may be bought, and which of it a district has in its own guidance catalogue (P-06)."""

from procurement.models import CatalogueItem, GuidanceEntry

PROGRAMMES = {"DB": "低保", "TK": "特困", "MA": "医疗救助", "TA": "临时救助"}
COLUMNS = (
    {"label": "服务项目"},
    {"label": "类别"},
    {"label": "适用救助"},
    {"label": "服务标准（示例）"},
    {"label": "边界要求"},
    {"label": "本地指导性目录"},
)


def catalogue_rows(district, on) -> list[dict]:
    """One prepared row per item. ``district`` None: the local catalogue is left open."""
    listed = {}
    if district is not None:
        entries = GuidanceEntry.objects.filter(organisation=district, valid_from__lte=on).exclude(valid_to__lt=on).order_by("valid_from")
        listed = {entry.item_id: entry for entry in entries}
    return [_row(item, listed.get(item.pk), district) for item in CatalogueItem.objects.prefetch_related("standards")]


def _row(item, entry, district) -> dict:
    standards = "；".join(f"{standard.name} {standard.target}" for standard in item.standards.all())
    if entry:
        state = {"text": "已列入", "chip": True, "tone": "ok", "sub": f"{entry.document}，{entry.valid_from} 起"}
    else:
        state = {"text": "未列入" if district else "请选择区县", "chip": True, "tone": "due" if district else ""}
    cells = [
        {"text": str(item)},
        {"text": item.get_kind_display()},
        {
            "text": "四类均适用"
            if set(item.programmes) == set(PROGRAMMES)
            else "、".join(PROGRAMMES.get(code, code) for code in item.programmes)
        },
        {"text": standards or "—"},
        {"text": item.guard or "—"},
        state,
    ]
    return {"cells": cells}
