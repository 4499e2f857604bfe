"""A district's service standards as people read them."""

from django.urls import reverse

from procurement.models import CatalogueItem, StandardSet
from records import clock

COLUMNS = [
    {"label": "目录项目", "align": ""},
    {"label": "服务标准", "align": ""},
    {"label": "来源", "align": ""},
]
ROW_COLUMNS = [
    {"label": "分类", "align": ""},
    {"label": "标准", "align": ""},
    {"label": "考核办法", "align": ""},
    {"label": "目标值", "align": ""},
]
HISTORY_COLUMNS = [
    {"label": "生效", "align": ""},
    {"label": "失效", "align": ""},
    {"label": "文件", "align": ""},
    {"label": "制定人", "align": ""},
]


def item_rows(district) -> list[dict]:
    """Each item with the set in force, else the catalogue's examples: three queries."""
    sets = StandardSet.objects.in_force(clock.today()).filter(organisation=district).prefetch_related("rows") if district else ()
    own = {one.item_id: one for one in sets}
    return [{"cells": item_cells(item, own.get(item.pk))} for item in CatalogueItem.objects.prefetch_related("standards")]


def item_cells(item: CatalogueItem, own: StandardSet | None) -> list[dict]:
    rows = own.rows.all() if own else item.standards.all()
    source = {"text": "目录示例"}
    if own:
        source = {"text": own.document, "url": reverse("procurement:standard_detail", args=[own.pk]), "sub": f"{own.valid_from} 起"}
    return [
        {"text": str(item), "sub": item.get_kind_display()},
        {"text": "；".join(f"{row.name} {row.target}" for row in rows) or "—"},
        source,
    ]


def standard_rows(one: StandardSet) -> list[dict]:
    return [{"cells": [{"text": t} for t in (r.get_category_display(), r.name, r.measure, r.target)]} for r in one.rows.all()]


def facts_of(one: StandardSet) -> list[dict]:
    return [
        {"label": "区县", "value": one.organisation.name},
        {"label": "目录项目", "value": str(one.item)},
        {"label": "标准文件", "value": one.document},
        {"label": "有效期", "value": f"{one.valid_from} 至 {one.valid_to}" if one.valid_to else f"{one.valid_from} 起"},
        {"label": "制定人", "value": str(one.created_by)},
    ]


def history_rows(one: StandardSet) -> list[dict]:
    """All sets of the item in this district, the newest first."""
    sets = StandardSet.objects.filter(organisation=one.organisation, item=one.item).select_related("created_by").order_by("-valid_from")
    return [
        {
            "cells": [
                {"text": str(each.valid_from), "url": "" if each.pk == one.pk else reverse("procurement:standard_detail", args=[each.pk])},
                {"text": str(each.valid_to or "—")},
                {"text": each.document},
                {"text": each.created_by.name},
            ]
        }
        for each in sets
    ]
