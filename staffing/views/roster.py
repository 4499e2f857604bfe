"""A roster from a file, with a preview; and who is away."""

import json
import secrets

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded
from accounts.roles import Permission
from records import crypto
from records.files import read_upload
from records.idempotency import once_for
from records.refusals import Refused
from records.sheets import read_tables
from staffing import services
from staffing.forms.staff import AbsenceForm, EndForm, RosterForm, StaffForm
from staffing.models import Absence, StaffMember
from staffing.services import roster
from staffing.views.entry import LARGEST_UPLOAD, refuse
from staffing.views.tables import fetch_unit

EDIT = Permission.STAFFING_EDIT
SALT = "staffing.roster"
LABELS = {"add": "新增", "change": "更正", "same": "不变", "refused": "拒绝", "skip": "跳过"}


@guarded(EDIT)
def roster_import(request, pk):
    """Upload → preview; nothing is written until the preview is confirmed."""
    bureau = fetch_unit(request, pk, EDIT)
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size > LARGEST_UPLOAD:
            form.add_error("file", f"文件 {upload.size // 1024:,} KB，超过 {LARGEST_UPLOAD // 1024:,} KB，请只保留名册后再传。")
        else:
            try:
                preview = roster.preview(bureau, read_tables(read_upload(upload), upload.name), user=request.user)
            except Refused as refusal:
                refuse(form, refusal)
            else:
                return render(request, "staffing/roster_preview.html", preview_context(bureau, preview))
    return render(request, "staffing/roster_form.html", {"form": form, "bureau": bureau}, status=422 if form.errors else 200)


def preview_context(bureau, preview) -> dict:
    """What goes back with the confirmation is encrypted: it holds numbers of people."""
    text = json.dumps([bureau.pk, [row.values for row in preview.to_write]], ensure_ascii=False)
    counts = [(LABELS[outcome], count) for outcome, count in preview.counts.items()]
    shown = [row for row in preview.rows if row.outcome in ("add", "change", "same", "skip")]
    context = {"bureau": bureau, "preview": preview, "counts": counts, "rows": [(LABELS[row.outcome], row) for row in shown]}
    return context | {"sealed": signing.dumps(crypto.encrypt(text), salt=SALT, compress=True), "key": secrets.token_hex(16)}


@guarded(EDIT, methods=("POST",))
def roster_import_confirm(request, pk):
    """Write what the preview showed, all or nothing; each row is judged again by the service."""
    bureau = fetch_unit(request, pk, EDIT)
    try:
        unit, rows = json.loads(crypto.decrypt(signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=3600)))
    except (signing.BadSignature, ValueError):
        unit, rows = None, []
    if unit != bureau.pk:
        messages.error(request, "预览已失效，没有写入任何数据。请重新上传文件。")
        return redirect("staffing:roster_import", bureau.pk)
    with once_for(request, "staffing.roster") as slot:
        if not slot.done:
            slot.result = roster.write(bureau, rows, by=request.user)
    messages.success(request, f"已写入 {len(rows)} 人。")
    return redirect("staffing:staff_list", bureau.pk)


@guarded(EDIT, methods=("POST",))
def absence_create(request, pk):
    """Register a leave of one person."""
    member = fetch(StaffMember, request.user, EDIT, pk=pk)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            with once_for(request, "staffing.absence") as slot:
                if not slot.done:
                    slot.result = services.record_absence(member.pk, **form.cleaned_data, by=request.user).pk
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已登记{member.name}休假。")
            return redirect("staffing:staff_edit", member.pk)
    context = {"form": StaffForm(organisation=member.organisation, user=request.user, member=member, initial=StaffForm.initial_of(member))}
    context |= {"organisation": member.organisation, "member": member, "end_form": EndForm(), "absence_form": form}
    return render(request, "staffing/staff_form.html", context | {"absences": member.absences.all()[:50]}, status=422)


@guarded(EDIT, methods=("POST",))
def absence_withdraw(request, pk):
    """Take back a leave that was registered by mistake."""
    absence = fetch(Absence.objects.select_related("member"), request.user, EDIT, pk=pk)
    services.withdraw_absence(absence.pk, by=request.user)
    messages.success(request, "已撤销这次休假登记。")
    return redirect("staffing:staff_edit", absence.member_id)
