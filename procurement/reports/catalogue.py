"""What may be bought, and which of it a district has in its own guidance catalogue (P-06)."""

from django.urls import reverse

from procurement.models import CatalogueItem, GuidanceEntry
from procurement.rules.catalogue import PROGRAMMES

COLUMNS = (
    {"label": "服务项目"},
    {"label": "类别"},
    {"label": "适用救助"},
    {"label": "服务标准（示例）"},
    {"label": "边界要求"},
    {"label": "本地指导性目录"},
    {"label": "更正"},
)


def catalogue_rows(district, on, *, managing: bool = False) -> list[dict]:
    """One prepared row per item. ``district`` None: the local catalogue is left open."""
    listed = {}
    if district is not None:
        entries = GuidanceEntry.objects.filter(organisation=district, valid_from__lte=on).exclude(valid_to__lt=on).order_by("valid_from")
        listed = {entry.item_id: entry for entry in entries}
    return [_row(item, listed.get(item.pk), district, managing) for item in CatalogueItem.objects.prefetch_related("standards")]


def until_of(entry) -> str:
    return f"，到 {entry.valid_to} 为止" if entry.valid_to else ""


def correction(entry, managing: bool) -> dict:
    if not managing or entry is None or entry.valid_to:
        return {"text": "—"}
    return {"text": "移出目录", "url": reverse("procurement:guidance_delist", args=[entry.pk])}


def _row(item, entry, district, managing) -> dict:
    standards = "；".join(f"{standard.name} {standard.target}" for standard in item.standards.all())
    if entry:
        state = {"text": "已列入", "chip": True, "tone": "ok", "sub": f"{entry.document}，{entry.valid_from} 起{until_of(entry)}"}
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
        correction(entry, managing),
    ]
    return {"cells": cells}
