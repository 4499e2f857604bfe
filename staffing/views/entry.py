"""What people enter: caseload numbers by form or file, and the roster."""

import secrets
from datetime import date

from django.contrib import messages
from django.core import signing
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date

from accounts.access import fetch, guarded, may
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.files import read_upload
from records.idempotency import once_for
from records.listing import KeysetPage
from records.refusals import Refused
from staffing import exchange, rules, services
from staffing.forms.caseload import CaseloadForm, ImportForm
from staffing.forms.staff import AbsenceForm, EndForm, StaffForm
from staffing.models import Absence, Category, StaffMember
from staffing.views.tables import fetch_township, fetch_unit

SALT = "staffing.import"
EDIT = Permission.STAFFING_EDIT
LARGEST_UPLOAD = 5 * 1024 * 1024


def refuse(form, refusal: Refused) -> None:
    """Put what the rules say above the form; what was typed stays."""
    form.breaches = refusal.breaches
    for breach in refusal.breaches:
        form.add_error(None, breach.message)


@guarded(EDIT)
def caseload_enter(request, pk):
    township = fetch_township(request, pk, EDIT)
    form = CaseloadForm(request.POST or None, initial={"as_of": clock.today()})
    if request.method == "POST" and form.is_valid():
        facts = {"as_of": form.cleaned_data["as_of"], "source": form.cleaned_data["source"], "recipients": form.recipients()}
        try:
            saved = services.record_caseload(township, **facts, by=request.user)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已登记 {len(saved)} 项救助对象数。" if saved else "与已登记的数相同，没有改动。")
            return redirect("staffing:township_detail", township.pk)
    return render(request, "staffing/caseload_form.html", {"form": form, "township": township}, status=422 if form.errors else 200)


@guarded(EDIT)
def caseload_import(request, pk):
    """Upload → preview; nothing is written until the preview is confirmed."""
    bureau = fetch_unit(request, pk, EDIT)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"as_of": clock.today()})
    if request.method == "POST" and form.is_valid():
        upload, as_of = form.cleaned_data["file"], form.cleaned_data["as_of"]
        if upload.size > LARGEST_UPLOAD:
            form.add_error("file", f"文件 {upload.size // 1024:,} KB，超过 {LARGEST_UPLOAD // 1024:,} KB，请只保留数据表后再传。")
        else:
            try:
                preview = exchange.preview(
                    exchange.read_grid(upload.name, read_upload(upload)), as_of=as_of, townships=_townships(bureau, as_of)
                )
            except Refused as refusal:
                refuse(form, refusal)
            else:
                return render(request, "staffing/import_preview.html", _preview_context(bureau, preview, form.cleaned_data["source"]))
    return render(request, "staffing/import_form.html", {"form": form, "bureau": bureau}, status=422 if form.errors else 200)


def _townships(bureau: Organisation, as_of: date) -> list[Organisation]:
    return list(Organisation.objects.below(bureau).filter(kind=Organisation.Kind.TOWNSHIP).valid(as_of))


def _preview_context(bureau, preview, source) -> dict:
    rows = [[entry.organisation_id, entry.recipients] for entry in preview.to_write]
    sealed = signing.dumps([bureau.pk, preview.as_of.isoformat(), source, rows], salt=SALT, compress=True)
    counts = {state: preview.count(state) for state in ("add", "change", "same")}
    entries = [(entry, [(Category(code).label, n) for code, n in entry.recipients.items()]) for entry in preview.entries]
    key = secrets.token_hex(16)
    return {"bureau": bureau, "preview": preview, "entries": entries, "sealed": sealed, "source": source, "counts": counts, "key": key}


@guarded(EDIT, methods=("POST",))
def caseload_import_confirm(request, pk):
    """Write what the preview showed; each row is judged again by the service."""
    bureau = fetch_unit(request, pk, EDIT)
    try:
        unit, day, source, rows = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=3600)
    except signing.BadSignature:
        unit = None
    if unit != bureau.pk:
        messages.error(request, "预览已失效，没有写入任何数据。请重新上传文件。")
        return redirect("staffing:caseload_import", bureau.pk)
    as_of = parse_date(day)
    townships = {item.pk: item for item in _townships(bureau, as_of)}
    with once_for(request, "staffing.import") as slot:
        if not slot.done:
            for township, recipients in rows:
                services.record_caseload(townships[township], as_of=as_of, recipients=recipients, source=source, by=request.user)
            slot.result = len(rows)
    messages.success(request, f"已写入 {len(rows)} 个乡镇（街道）的救助对象数。")
    return redirect("staffing:unit_table", bureau.pk)


NARROWINGS = (("away", "今日休假"), ("expiring", "职业资格三个月内到期或者已过期"))


def narrowed(rows, only: str):
    """Who is away today, or whose certificate runs out."""
    if only == "away":
        return rows.filter(pk__in=Absence.objects.away(clock.today()).values("member"))
    if only == "expiring":
        return rows.filter(certificate_until__lte=rules.renewal_from(clock.today()))
    return rows


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def staff_list(request, pk):
    """The roster of one district, its bureau, townships, villages and care homes."""
    bureau = fetch_unit(request, pk)
    rows = StaffMember.objects.filter(organisation__path__startswith=bureau.path).select_related("organisation", "contract")
    query, employment = request.GET.get("q", "").strip(), request.GET.get("employment", "")
    if query:
        rows = rows.filter(name__contains=query)
    if employment in StaffMember.Employment:
        rows = rows.filter(employment=employment)
    if request.GET.get("left") != "1":
        rows = rows.in_post(clock.today())
    only = request.GET.get("only", "")
    rows = narrowed(rows, only)
    rows = rows.annotate(is_away=Exists(Absence.objects.away(clock.today()).filter(member=OuterRef("pk"))))
    context = {"bureau": bureau, "page": KeysetPage(rows, order=("pk",), request=request, size=50), "query": query}
    context |= {"only": only, "narrowings": NARROWINGS, "today": clock.today()}
    context |= {"employment": employment, "employments": StaffMember.Employment.choices, "left": request.GET.get("left") == "1"}
    return render(request, "staffing/staff_list.html", context | {"may_edit": may(request.user, EDIT, bureau)})


@guarded(EDIT)
def staff_create(request, pk):
    """Put a person on the roster of a bureau, township or village."""
    organisation = fetch(Organisation.objects.filter(kind__in=services.PLACES_BY_KIND), request.user, EDIT, pk=pk)
    form = StaffForm(request.POST or None, organisation=organisation, user=request.user, initial={"started_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            with once_for(request, "staffing.staff_create") as slot:
                if not slot.done:
                    slot.result = services.add_staff(form.facts(), by=request.user).name
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已登记{slot.result}。")
            return _back(organisation)
    return render(request, "staffing/staff_form.html", {"form": form, "organisation": organisation}, status=422 if form.errors else 200)


@guarded(EDIT)
def staff_edit(request, pk):
    member = fetch(StaffMember, request.user, EDIT, pk=pk)
    initial = StaffForm.initial_of(member)
    form = StaffForm(request.POST or None, organisation=member.organisation, user=request.user, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_staff(member.pk, form.facts(), by=request.user, version=form.cleaned_data["version"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已更新{form.cleaned_data['name']}。")
            return _back(member.organisation)
    context = {"form": form, "organisation": member.organisation, "member": member, "end_form": EndForm()}
    context |= {"absence_form": AbsenceForm(), "absences": member.absences.all()[:50]}
    return render(request, "staffing/staff_form.html", context, status=422 if form.errors else 200)


@guarded(EDIT, methods=("POST",))
def staff_end(request, pk):
    member = fetch(StaffMember, request.user, EDIT, pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        services.end_staff(member.pk, on=form.cleaned_data["ended_on"], by=request.user)
        messages.success(request, f"已登记{member.name}离岗。")
    else:
        messages.error(request, "离岗日期不是有效日期，没有保存。")
    return _back(member.organisation)


def _back(organisation: Organisation):
    """To the page where the entry shows."""
    if organisation.kind == Organisation.Kind.BUREAU:
        return redirect("staffing:unit_table", organisation.pk)
    township = organisation if organisation.kind == Organisation.Kind.TOWNSHIP else organisation.parent
    return redirect("staffing:township_detail", township.pk)
