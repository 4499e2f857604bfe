"""工作日历: the published years, one year day by day, and the import of a new one (preview first, nothing written before)."""

from datetime import date

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import guarded, may, signed_in
from accounts.roles import Permission
from records import calendars
from records.files import read_upload
from records.forms import CalendarForm
from records.models import CalendarDay, CalendarYear
from records.pages import add_breaches
from records.refusals import Refused
from records.sheets import read_tables

SALT = "records.calendar"
PREVIEW_SECONDS = 3_600
MONTHS = range(1, 13)


@signed_in
@require_safe
def calendar_list(request):
    years = CalendarYear.objects.select_related("loaded_by")
    may_import = may(request.user, Permission.CALENDAR_MANAGE)
    return render(request, "records/calendar_list.html", {"years": years, "may_import": may_import})


@signed_in
@require_safe
def calendar_year(request, year):
    days = list(CalendarDay.objects.filter(date__year=year))
    if not days:
        raise Http404(f"{year} 年的工作日历尚未录入。")
    source = CalendarYear.objects.get(year=year).source
    context = {"year": year, "months": _months(days), "source": source, "workdays": sum(day.is_workday for day in days)}
    return render(request, "records/calendar_year.html", context)


def _months(days) -> list[dict]:
    """Twelve months as weeks of seven cells, Monday first; None where the month has no day."""
    months = []
    for month in MONTHS:
        own = [day for day in days if day.date.month == month]
        cells = [None] * own[0].date.weekday() + [_cell(day) for day in own]
        cells += [None] * (-len(cells) % 7)
        weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
        months.append({"month": month, "weeks": weeks, "workdays": sum(day.is_workday for day in own)})
    return months


def _cell(day) -> dict:
    usual = day.date.weekday() < 5
    mark = "" if day.is_workday == usual else ("班" if day.is_workday else "休")
    return {"day": day.date.day, "off": not day.is_workday, "mark": mark, "name": day.name, "date": day.date}


@guarded(Permission.CALENDAR_MANAGE)
def calendar_import(request):
    """Upload → preview of every changed day → confirm."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "records/calendar_import.html", {"form": form}, status=422 if form.errors else 200)
    try:
        upload = form.cleaned_data["file"]
        tables = read_tables(read_upload(upload), upload.name)
        year, days = calendars.parse(tables[0].rows if tables else [])
    except Refused as refusal:
        add_breaches(form, refusal)
        return render(request, "records/calendar_import.html", {"form": form}, status=422)
    payload = {"year": year, "source": form.cleaned_data["source"], "days": [_packed(day) for day in days]}
    context = {
        "year": year,
        "source": payload["source"],
        "changes": calendars.preview(year, days),
        "exists": CalendarYear.objects.filter(year=year).exists(),
        "workdays": sum(day.is_workday for day in days),
        "payload": signing.dumps(payload, salt=SALT, compress=True),
    }
    return render(request, "records/calendar_preview.html", context)


def _packed(day) -> list:
    return [day.date.isoformat(), int(day.is_workday), day.name]


@guarded(Permission.CALENDAR_MANAGE, methods=("POST",))
def calendar_confirm(request):
    try:
        payload = signing.loads(request.POST.get("payload", ""), salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise Refused.because("D-02", calendars.RULE, "预览已过期，请重新上传文件。") from None
    days = [calendars.Day(date.fromisoformat(day), bool(is_workday), name) for day, is_workday, name in payload["days"]]
    calendars.publish_year(payload["year"], days, source=payload["source"], by=request.user)
    messages.success(request, f"{payload['year']} 年工作日历已录入。")
    return redirect("records:calendar_year", year=payload["year"])
