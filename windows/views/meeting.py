"""会商: meetings from the draft to the signed minutes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock
from records.files import file_response
from records.formpage import form_page
from records.listing import KeysetPage
from windows.filters import MeetingFilter
from windows.forms.counter import ReasonForm, Versioned
from windows.forms.meeting import AgendaForm, ChairForm, EntryForm, HoldForm, PlanForm
from windows.models import Meeting
from windows.reports import meeting as reports
from windows.services import agenda, minutes
from windows.services import meeting as services
from windows.services.guards import principals

VIEW, CONVENE, SIGN = Permission.MEETING_VIEW, Permission.MEETING_CONVENE, Permission.MEETING_SIGN
S = Meeting.Status
WITH = ("organisation", "chair", "arranged_by")


@guarded(VIEW, methods=("GET", "HEAD"))
def meeting_list(request):
    chosen = MeetingFilter(request.GET, queryset=Meeting.objects.visible_to(request.user))
    page = KeysetPage(reports.with_counts(chosen.qs), order=("-held_at", "-pk"), request=request)
    context = {
        "filter": chosen,
        "page": page,
        "rows": [reports.list_row(meeting) for meeting in page.rows],
        "may_convene": may(request.user, CONVENE),
        "clause": reports.MECHANISM,
    }
    return render(request, "windows/meeting_list.html", context)


def meeting_of(request, pk, permission=None) -> Meeting:
    return fetch(Meeting.objects.select_related(*WITH), request.user, permission, pk=pk)


@guarded(CONVENE)
def meeting_new(request):
    """At one's own place: a township's lead for the township, a bureau's people for the district."""
    places = organisations_for(request.user, CONVENE).filter(path__in=reach_of(request.user).exact(CONVENE)).order_by("path")
    place = places.filter(kind__in=(Organisation.Kind.TOWNSHIP, Organisation.Kind.BUREAU)).first()
    if place is None:
        raise Http404
    form = PlanForm(request.POST or None, organisation=place, initial={"version": 0})

    def save(data):
        return services.arrange(place, data["kind"], form.plan(), by=request.user)

    def done(meeting):
        messages.success(request, "会议已建立，请选取议题")
        return redirect("windows:meeting_agenda", pk=meeting.pk)

    return form_page(request, form, save, template="windows/meeting_form.html", context={"place": place}, done=done)


@guarded(CONVENE)
def meeting_change(request, pk):
    """Everything before it is held; afterwards only who took the chair."""
    meeting = meeting_of(request, pk, CONVENE)
    held = meeting.status == S.HELD
    make, start = (ChairForm, {"version": meeting.version, "chair": meeting.chair_id}) if held else (PlanForm, PlanForm.initial_of(meeting))
    more = {} if held else {"kept": meeting}
    form = make(request.POST or None, organisation=meeting.organisation, initial=start, **more)

    def save(data):
        if held:
            return services.name_chair(pk, data["chair"], version=data["version"], by=request.user)
        return services.change(pk, form.plan(), version=data["version"], by=request.user)

    def done(_):
        messages.success(request, "已保存" if meeting.status != S.CONVENED else "已保存，变动已通知参会单位和人员")
        return redirect("windows:meeting_detail", pk=pk)

    context = {"meeting": meeting, "place": meeting.organisation}
    return form_page(request, form, save, template="windows/meeting_form.html", context=context, done=done)


@guarded(VIEW, methods=("GET", "HEAD"))
def meeting_detail(request, pk):
    return render(request, "windows/meeting_detail.html", meeting_context(request, meeting_of(request, pk)))


def meeting_context(request, meeting: Meeting, **more) -> dict:
    user, start, guests = request.user, {"initial": {"version": meeting.version}}, reports.guest_rows(meeting)
    convenes = may(user, CONVENE, meeting.organisation)
    signs = meeting.status == S.HELD and may(user, SIGN, meeting.organisation)
    items = reports.items_for(user, meeting)
    return {
        "meeting": meeting,
        "home": reports.at_home(user, meeting),
        "facts": reports.facts(meeting),
        "guests": guests,
        "items": items,
        "papers": list(meeting.minutes.select_related("notice", "signed_by")),
        "may_arrange": convenes and meeting.status in (S.DRAFT, S.CONVENED),
        "may_convene": convenes and meeting.status == S.DRAFT,
        "may_write": convenes and meeting.status == S.HELD,
        "may_revise": meeting.status == S.SIGNED and may(user, SIGN, meeting.organisation),
        "signs": signs and meeting.chair_id in principals(user),
        "undecided": sum(not row["item"].decision for row in items),
        "hold_form": HoldForm(**start, guests=guests, auto_id="hold_%s") if convenes and meeting.status == S.CONVENED else None,
        "begun": meeting.held_at <= clock.now(),
        "cancel_form": ReasonForm(**start, auto_id="cancel_%s"),
        "revise_form": ReasonForm(**start, auto_id="revise_%s"),
        **more,
    }


@guarded(CONVENE)
def meeting_agenda(request, pk):
    """The open problems, those that are on the agenda ticked; one free item at a time."""
    meeting = meeting_of(request, pk, CONVENE)
    points = agenda.proposals(meeting.organisation, leaving_out=meeting) if meeting.status in (S.DRAFT, S.CONVENED) else []
    items = list(meeting.items.all())
    there = {agenda.key_of(item.case_id, item.referral_id, item.objection_id, item.carried_from_id) for item in items}
    points = [point for point in points if point.key not in there]
    keys = [f"kept:{item.pk}" for item in items] + [point.key for point in points]
    form = AgendaForm(request.POST or None, keys=keys, initial={"version": meeting.version})

    def save(data):
        return services.set_agenda(pk, data["keys"], form.free(), version=data["version"], by=request.user)

    def done(_):
        messages.success(request, "议题已保存")
        return redirect("windows:meeting_detail", pk=pk)

    ticked = request.POST.getlist("keys") if request.method == "POST" else keys[: len(items)]
    context = {"meeting": meeting, "rows": reports.agenda_rows(items, points, ticked)}
    return form_page(request, form, save, template="windows/meeting_agenda.html", context=context, done=done)


def verb(request, pk, permission, form, act, told: str, **more):
    """One act on a meeting: right, shape, service, and back to its page."""
    meeting = meeting_of(request, pk, permission)

    def done(_):
        messages.success(request, told)
        return redirect("windows:meeting_detail", pk=pk)

    context = meeting_context(request, meeting, faulty=form, **more)
    return form_page(
        request, form, lambda data: act(pk, by=request.user, **data), template="windows/meeting_detail.html", context=context, done=done
    )


@guarded(CONVENE, methods=("POST",))
def meeting_convene(request, pk):
    return verb(request, pk, CONVENE, Versioned(request.POST), services.convene, "通知已发出，参会单位和人员的待办里可以看到")


@guarded(CONVENE, methods=("POST",))
def meeting_cancel(request, pk):
    return verb(request, pk, CONVENE, ReasonForm(request.POST), services.cancel, "会议已取消")


@guarded(CONVENE, methods=("POST",))
def meeting_hold(request, pk):
    guests = reports.guest_rows(meeting_of(request, pk, CONVENE))
    form = HoldForm(request.POST, guests=guests, auto_id="hold_%s")
    return verb(request, pk, CONVENE, form, services.hold, "到会已登记，请逐项记录讨论和决定", hold_form=form)


@guarded(SIGN, methods=("POST",))
def meeting_sign(request, pk):
    return verb(request, pk, SIGN, Versioned(request.POST), minutes.sign, "纪要已签发，决定已送责任单位和责任人")


@guarded(SIGN, methods=("POST",))
def meeting_revise(request, pk):
    return verb(request, pk, SIGN, ReasonForm(request.POST), minutes.revise, "原纪要已撤回，更正后请重新签发")


@guarded(CONVENE)
def meeting_item(request, pk, paper):
    """Discussion and decision of one item."""
    meeting = meeting_of(request, pk, CONVENE)
    item = get_object_or_404(meeting.items.select_related("case", "meeting__organisation"), pk=paper)
    form = EntryForm(request.POST or None, item=item, initial=EntryForm.initial_of(item))

    def save(data):
        return minutes.write(paper, form.entry(), version=data["version"], by=request.user)

    def done(_):
        messages.success(request, "已保存")
        return redirect("windows:meeting_detail", pk=pk)

    context = {"meeting": meeting, "item": item, "row": reports.item_row(request.user, item, True)}
    return form_page(request, form, save, template="windows/meeting_item.html", context=context, done=done)


@guarded(VIEW, methods=("GET", "HEAD"))
def meeting_minutes(request, pk):
    """The signed paper that stands (``?version=1``: an earlier one); while it is being drawn, back to the page that says so."""
    meeting = meeting_of(request, pk)
    rows = meeting.minutes.select_related("notice__file")
    asked = request.GET.get("version", "")
    row = rows.filter(ordinal=int(asked)).first() if asked.isdecimal() and len(asked) < 4 else rows.last()
    if row is None or row.notice.file is None:
        messages.info(request, "纪要正在排版，请稍后再打开。" if row else "纪要还没有签发。")
        return redirect("windows:meeting_detail", pk=pk)
    return file_response(row.notice.file, inline=True)
