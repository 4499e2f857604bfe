"""Recipients from an Excel sheet: read, judged row by row and cell by cell, shown, and taken over whole or not at all."""

import json
from dataclasses import dataclass, field

from django.db import transaction

from procurement.models import Contract, ServiceRecipient
from procurement.rules.report import SUPERVISION
from procurement.services import service as services
from records import identity
from records.crypto import Undecipherable, decrypt, encrypt
from records.exports import Column, xlsx
from records.files import read_upload
from records.refusals import Refused
from records.sheets import read_tables
from records.workflow import claim

TITLES = (
    "姓名", "身份证号", "无证件说明", "救助类别", "乡镇（街道）", "住址", "联系电话", "联系人", "联系人电话", "服务注意事项",
)  # fmt: skip
KEYS = ("name", "id_number", "no_id_reason", "programme", "township", "address", "phone", "contact_name", "contact_phone", "needs")
LARGEST = 2_000
LENGTHS = {"name": 60, "no_id_reason": 80, "address": 200, "phone": 30, "contact_name": 40, "contact_phone": 30, "needs": 300}
PROGRAMMES = {label: value for value, label in ServiceRecipient.Programme.choices}


def template() -> bytes:
    return xlsx([Column(title, width=18) for title in TITLES], [], sheet="服务对象")


@dataclass(slots=True)
class Preview:
    """What a sheet would do: rows to add, and faults as (row, cell, message)."""

    rows: list[dict] = field(default_factory=list)
    faults: list[tuple[int, str, str]] = field(default_factory=list)


def read(uploaded, contract: Contract) -> Preview:
    """Judge every row. Raises Refused when the file is no such sheet."""
    tables = read_tables(read_upload(uploaded), uploaded.name)
    rows = tables[0].rows if tables else []
    if not rows or [cell.strip() for cell in rows[0]][: len(TITLES)] != list(TITLES):
        raise Refused.because("V-04", SUPERVISION, "表格不是本系统的服务对象模板，请下载模板填写，不要改动表头。")
    if len(rows) - 1 > LARGEST:
        raise Refused.because("V-04", SUPERVISION, f"一次最多导入 {LARGEST} 人，表中有 {len(rows) - 1} 行，请分批导入。")
    preview = Preview()
    for number, row in enumerate(rows[1:], start=2):
        values = dict(zip(KEYS, (cell.strip() for cell in row), strict=False))
        if any(values.values()):
            preview.rows.append({"row": number, **values})
    judge(preview, contract)
    return preview


def judge(preview: Preview, contract: Contract) -> None:
    """Every fault of every row, doubles within the sheet and against the register included. Two queries."""
    townships = {each.name: each for each in services.townships_of(contract)}
    held = set(contract.recipients.exclude(id_index=None).values_list("id_index", flat=True))
    for values in preview.rows:
        index = services.id_index(values.get("id_number", ""))
        faults = list(cell_faults(values, contract, townships))
        if index and index in held:
            faults.append(("id_number", "该身份证号已在本合同登记，或者在表中重复。"))
        held.add(index)
        preview.faults += [(values["row"], f"{chr(65 + KEYS.index(key))}{values['row']}", message) for key, message in faults]


def cell_faults(values: dict, contract: Contract, townships: dict):
    """(field, message) of one row."""
    for key, most in LENGTHS.items():
        if len(values.get(key, "")) > most:
            yield key, f"超过 {most} 个字。"
    if values.get("programme") not in PROGRAMMES:
        yield "programme", f"“{values.get('programme')}”不是可选的救助类别（{'、'.join(PROGRAMMES)}）。"
        return
    if values.get("township") not in townships:
        yield "township", f"“{values.get('township')}”不是本区县的乡镇（街道）。"
        return
    for breach in services.recipient_breaches(contract, as_data(values, townships)):
        yield ("name" if "姓名" in breach.message else "id_number"), breach.message


def as_data(values: dict, townships: dict) -> services.RecipientData:
    given = {key: values.get(key, "") for key in KEYS}
    return services.RecipientData(**given | {"programme": PROGRAMMES[given["programme"]], "township": townships[given["township"]]})


def seal(preview: Preview, contract: Contract, user) -> str:
    """What was shown, encrypted for the way through the browser: nothing of it lies on the disk meanwhile."""
    return encrypt(json.dumps({"contract": contract.pk, "user": user.pk, "rows": preview.rows}, ensure_ascii=False))


def unseal(token: str, contract: Contract, user) -> Preview:
    try:
        content = json.loads(decrypt(token))
    except (Undecipherable, ValueError):
        content = {}
    if content.get("contract") != contract.pk or content.get("user") != user.pk:
        raise Refused.because("V-04", SUPERVISION, "预览内容已失效，请重新上传表格。")
    return Preview(content["rows"])


@transaction.atomic
def take_over(token: str, contract_id: int, *, by) -> int:
    """Enter everything that was shown, judged again under the contract's lock; one fault and nothing is entered."""
    contract = claim(Contract.objects.select_related("project__organisation"), contract_id)
    preview = unseal(token, contract, by)
    judge(preview, contract)
    if preview.faults:
        raise Refused.because("V-04", SUPERVISION, f"第 {preview.faults[0][0]} 行：{preview.faults[0][2]} 没有导入任何一行。")
    townships = {each.name: each for each in services.townships_of(contract)}
    first = int(services.next_code(contract)[1:])
    for offset, values in enumerate(preview.rows):
        services.write_recipient(contract, as_data(values, townships), f"R{first + offset:05d}", by=by)
    return len(preview.rows)


def shown(preview: Preview) -> list[dict]:
    """Rows of the preview as a table: masked, with what is wrong."""
    faults: dict[int, list[str]] = {}
    for row, cell, message in preview.faults:
        faults.setdefault(row, []).append(f"{cell}：{message}")
    return [
        {
            "tone": "overdue" if values["row"] in faults else "",
            "cells": [
                {"text": str(values["row"])},
                {"text": identity.mask_name(values.get("name", ""))},
                {"text": identity.mask_id(values.get("id_number", "")) or "—"},
                {"text": values.get("township", "")},
                {"text": values.get("programme", "")},
                {"text": "；".join(faults[values["row"]]) if values["row"] in faults else "将新增"},
            ],
        }
        for values in sorted(preview.rows, key=lambda values: (values["row"] not in faults, values["row"]))[:200]
    ]
