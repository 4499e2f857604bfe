"""家庭经济状况核对: the township asks and settles, the bureau sends and takes in. Never a page for those who only serve."""

import json
import zlib
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from records import clock
from records.crypto import Undecipherable, decrypt, encrypt
from records.exports import download
from records.files import read_upload
from records.formpage import form_page
from records.idempotency import once_for
from records.listing import KeysetPage
from records.pages import add_breaches
from records.refusals import Refused
from windows.filters import VerificationFilter
from windows.forms.verification import AnswersForm, AskForm, SendForm, SettleForm, StopForm
from windows.models import Case, VerificationAnswer, VerificationBatch, VerificationRequest
from windows.reports import verification as reports
from windows.services import verification as services
from windows.services import verification_answers as answers
from windows.services import verification_sheets as sheets
from windows.services.verification_sheets import Line

P = Permission
WITH = ("case__organisation", "case__programme", "case__handler", "person", "batch", "requested_by", "settled_by")
PREVIEW_LASTS = timedelta(hours=1)
SHOWN = 500  # lines of a preview; all are judged and counted
S = VerificationRequest.Status


def filtered(request):
    return VerificationFilter(request.GET, queryset=VerificationRequest.objects.visible_to(request.user))


@guarded(P.VERIFICATION_VIEW, methods=("GET", "HEAD"))
def verification_list(request):
    chosen = filtered(request)
    rows = chosen.qs.select_related("case__organisation", "person", "batch").defer("batch__content")
    page = KeysetPage(rows, order=("-pk",), request=request)
    context = {
        "filter": chosen,
        "page": page,
        "rows": [reports.list_row(row) for row in page.rows],
        "sends": may(request.user, P.VERIFICATION_SEND),
    }
    return render(request, "windows/verification_list.html", context | {"query": request.GET.urlencode()})


@guarded(P.VERIFICATION_VIEW, methods=("GET",))
def verification_export(request):
    """Exactly what is filtered, masked."""
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    return download(sheets.masked_list(filtered(request).qs, kind), f"家庭经济状况核对.{kind}")


@guarded(P.VERIFICATION_REQUEST)
def verification_new(request, pk):
    """Ask for a check; the date of the consent first."""
    case = fetch(Case.objects.select_related("organisation", "person", "programme"), request.user, P.VERIFICATION_REQUEST, pk=pk)
    form = AskForm(request.POST or None, initial={"version": case.version, "who": "applicant"})

    def done(row):
        messages.success(request, f"已提出核对：{row.person.name}（{row.relation}）")
        return redirect("windows:verification_detail", pk=row.pk)

    return form_page(
        request, form, lambda data: services.ask(pk, by=request.user, **form.facts()),
        template="windows/verification_form.html", context={"case": case}, done=done,
    )  # fmt: skip


def request_of(request, pk, permission=None) -> VerificationRequest:
    rows = VerificationRequest.objects.select_related(*WITH).defer("batch__content")
    return fetch(rows, request.user, permission, pk=pk)


@guarded(P.VERIFICATION_VIEW, methods=("GET", "HEAD"))
def verification_detail(request, pk):
    return render(request, "windows/verification_detail.html", detail_context(request, request_of(request, pk)))


def detail_context(request, row: VerificationRequest, **more) -> dict:
    acts, initial = may(request.user, P.VERIFICATION_REQUEST, row.case.organisation), {"version": row.version}
    return {
        "row": row,
        "tone": reports.tone(row),
        "facts": reports.facts(row),
        "answers": list(row.answers.select_related("received_by")),
        "settle_form": SettleForm(initial=initial) if acts and row.status == S.ANSWERED else None,
        "stop_form": StopForm(initial=initial) if acts and row.status == S.REQUESTED else None,
        **more,
    }


def verb(request, pk, form_class, field: str, act, words: str):
    row = request_of(request, pk, P.VERIFICATION_REQUEST)
    form = form_class(request.POST)

    def done(_):
        messages.success(request, words)
        return redirect("windows:verification_detail", pk=pk)

    return form_page(
        request, form, lambda data: act(pk, by=request.user, **data),
        template="windows/verification_detail.html", context=detail_context(request, row, **{field: form}), done=done,
    )  # fmt: skip


@guarded(P.VERIFICATION_REQUEST, methods=("POST",))
def verification_settle(request, pk):
    return verb(request, pk, SettleForm, "settle_form", services.settle, "核对结果已处理")


@guarded(P.VERIFICATION_REQUEST, methods=("POST",))
def verification_stop(request, pk):
    return verb(request, pk, StopForm, "stop_form", services.stop, "已撤销核对")


# --- the bureau -----------------------------------------------------------------------------------------------------------


@guarded(P.VERIFICATION_SEND)
def verification_batches(request):
    """The batches, and the act that makes one of everybody who waits."""
    form = SendForm(request.POST or None, districts=reports.districts(request.user))
    rows = VerificationBatch.objects.visible_to(request.user).defer("content").select_related("organisation", "sent_by")
    page = KeysetPage(rows, order=("-pk",), request=request)

    def done(batch):
        messages.success(request, f"批次 {batch.number} 已建立，共 {batch.total} 人，正在生成文件")
        return redirect("windows:verification_batch", pk=batch.pk)

    return form_page(
        request, form, lambda data: services.send_batch(data["organisation"], kind=data["kind"], by=request.user),
        template="windows/verification_batches.html", context={"page": page, "waiting": reports.waiting(request.user)}, done=done,
    )  # fmt: skip


def batch_of(request, pk) -> VerificationBatch:
    rows = VerificationBatch.objects.defer("content").select_related("organisation", "sent_by", "job")
    return fetch(rows, request.user, P.VERIFICATION_SEND, pk=pk)


@guarded(P.VERIFICATION_SEND, methods=("GET", "HEAD"))
def verification_batch(request, pk):
    batch = batch_of(request, pk)
    rows = batch.requests.select_related("case__organisation", "person").order_by("pk")
    page = KeysetPage(rows, order=("pk",), request=request)
    context = {"batch": batch, "facts": reports.batch_facts(batch), "page": page, "rows": [reports.list_row(row) for row in page.rows]}
    return render(request, "windows/verification_batch.html", context | {"form": AnswersForm()})


@guarded(P.VERIFICATION_SEND, methods=("POST",))
def verification_file(request, pk):
    """The file in clear. Posted, never cached: each time is on record."""
    batch_of(request, pk)
    batch, data = services.hand_out(pk, by=request.user)
    response = download(data, f"核对批次 {batch.number}.{batch.kind}")
    response["Cache-Control"] = "no-store"
    return response


@guarded(P.VERIFICATION_SEND)
def verification_answers(request, pk):
    """Upload → preview by line; nothing is written until it is confirmed."""
    batch, status = batch_of(request, pk), 200
    form = AnswersForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                upload = form.cleaned_data["file"]
                judged = answers.judge(batch, sheets.read_answers(read_upload(upload), upload.name))
                return render(request, "windows/verification_preview.html", preview_context(request, batch, judged))
            except Refused as refusal:
                add_breaches(form, refusal)
    return render(request, "windows/verification_upload.html", {"form": form, "batch": batch}, status=status)


def preview_context(request, batch, judged) -> dict:
    fine = [one.line for one in judged if one.state in ("add", "differs")]
    return {
        "batch": batch,
        "lines": [answers.describe(one) for one in judged if one.state != "refused"][:SHOWN],
        "faults": [
            {"cell": one.cell or f"第 {one.line.row} 行", "row": one.line.row, "reason": one.breach.message} for one in judged if one.breach
        ][:SHOWN],
        "counts": {state: sum(one.state == state for one in judged) for state in ("add", "same", "differs", "refused")},
        "silent": batch.total - batch.answered - sum(len(one.rows) for one in judged if one.state == "add"),
        "write": len(fine),
        "sealed": seal(request.user, batch, fine) if fine else "",
    }


def seal(user, batch, lines: list[Line]) -> str:
    """What the preview showed, for the way through the browser: numbers do not stand in the page, and nobody can change them."""
    rows = [[line.row, line.number, line.answer.result, line.answer.items, line.answer.source] for line in lines]
    text = json.dumps([batch.pk, user.pk, clock.now().isoformat(), rows], ensure_ascii=False)
    return encrypt(b64encode(zlib.compress(text.encode())).decode())


def unseal(user, batch, sealed: str) -> list[Line] | None:
    """The lines, or None for what is not this person's preview of this batch within the hour."""
    try:
        pk, by, at, rows = json.loads(zlib.decompress(b64decode(decrypt(sealed))))
    except (Undecipherable, ValueError, zlib.error):
        return None
    if (pk, by) != (batch.pk, user.pk) or clock.now() - datetime.fromisoformat(at) > PREVIEW_LASTS:
        return None
    return [Line(row, number, sheets.normal(*texts), {}) for row, number, *texts in rows]


@guarded(P.VERIFICATION_SEND, methods=("POST",))
def verification_confirm(request, pk):
    """Write what the preview showed; each line is judged again."""
    batch = batch_of(request, pk)
    lines = unseal(request.user, batch, request.POST.get("sealed", ""))
    if lines is None:
        messages.error(request, "预览已失效，没有写入任何结果。请重新上传文件。")
        return redirect("windows:verification_answers", pk=pk)
    with once_for(request, "windows.verification_answers") as slot:
        if not slot.done:
            slot.result = answers.take(pk, lines, channel=VerificationAnswer.Channel.FILE, by=request.user)
    counts = slot.result
    messages.success(request, f"已写入核对结果：首次反馈 {counts['add']} 人，与先到结果不同 {counts['differs']} 人")
    return redirect("windows:verification_batch", pk=pk)
