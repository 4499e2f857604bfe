"""Trainings of a district: planned, held, who was there, marks, certificates, and who has had none."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, guarded, may, signed_in
from accounts.roles import Permission
from records import clock, ratelimit
from records.idempotency import once_for
from records.listing import KeysetPage
from records.pages import add_breaches
from records.refusals import Refused, StaleVersion
from staffing import papers, rules, services
from staffing.forms.scenario import ReasonForm
from staffing.forms.training import PlanForm, ResultsForm, TrainingForm
from staffing.models import StaffMember, Training
from staffing.reports import training as reports
from staffing.services import training as verbs
from staffing.views.tables import fetch_unit

VIEW, EDIT = Permission.STAFFING_VIEW, Permission.STAFFING_EDIT
READ = ("GET", "HEAD")
WRONG_CODES = 20  # of one account in ten minutes


def fetch_training(request, pk, permission=VIEW) -> Training:
    return fetch(Training.objects.select_related("organisation"), request.user, permission, pk=pk)


@guarded(VIEW, methods=READ)
def training_list(request, pk):
    """The plan of the year, what a district taught, and how many had none this year."""
    bureau, year = fetch_unit(request, pk), clock.today().year
    context = {"bureau": bureau, "year": reports.year_of(bureau, year), "trainings": reports.trainings_of(bureau)}
    return render(request, "staffing/training_list.html", context | {"may_edit": may(request.user, EDIT, bureau)})


@guarded(EDIT)
def training_create(request, pk):
    """Record a training that is over."""
    bureau = fetch_unit(request, pk, EDIT)
    members = StaffMember.objects.in_post(clock.today()).filter(organisation__path__startswith=bureau.path).select_related("organisation")
    form = TrainingForm(request.POST or None, members=members.order_by("organisation__path", "pk"), initial={"held_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = {name: data[name] for name in ("title", "held_on", "hours", "party_education")}
        if Training.objects.filter(organisation=bureau, title=data["title"], held_on=data["held_on"]).exists():
            form.add_error("title", "该培训已登记。")
        else:
            try:
                services.hold_training(bureau, **facts, attendees=list(data["attendees"]), by=request.user)
            except Refused as refusal:
                add_breaches(form, refusal)
            else:
                messages.success(request, f"已登记培训“{data['title']}”，参训 {len(data['attendees'])} 人。")
                return redirect("staffing:training_list", bureau.pk)
    return _ask(request, form, bureau, heading="登记已办培训", submit="登记", subject=bureau.label)


@guarded(EDIT)
def training_plan(request, pk):
    """A training to come."""
    bureau = fetch_unit(request, pk, EDIT)
    form = PlanForm(request.POST or None)

    def save():
        with once_for(request, "staffing.training_plan") as slot:
            if not slot.done:
                slot.result = verbs.plan_training(bureau, form.plan(), by=request.user).pk
        return slot.result

    intro = "每年原则上组织 1–2 次业务培训，注重党性教育，尤其是购买服务派驻的人员。"
    return _saved(request, form, save, bureau, heading="安排培训", submit="安排", subject=bureau.label, intro=intro)


@guarded(EDIT)
def training_edit(request, pk):
    training = fetch_training(request, pk, EDIT)
    verbs.require_planned(training)  # the page of the refusal says why, before anything is typed
    form = PlanForm(request.POST or None, initial=PlanForm.initial_of(training))

    def save():
        return verbs.change_plan(training.pk, form.plan(), version=form.cleaned_data["version"], by=request.user).pk

    return _saved(request, form, save, training.organisation, heading="修改安排", submit="保存", subject=training.title)


@guarded(EDIT)
def training_cancel(request, pk):
    training = fetch_training(request, pk, EDIT)
    form = ReasonForm(request.POST or None)

    def save():
        return verbs.cancel_training(training.pk, reason=form.cleaned_data["reason"], by=request.user).pk

    return _saved(request, form, save, training.organisation, heading="取消培训", submit="取消培训", subject=training.title)


def _saved(request, form, save, bureau, **words):
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("staffing:training_detail", save())
        except StaleVersion:
            raise
        except Refused as refusal:
            add_breaches(form, refusal)
    return _ask(request, form, bureau, **words)


def _ask(request, form, bureau, **words):
    crumbs = [("业务培训", reverse("staffing:training_list", args=[bureau.pk]))]
    return render(request, "staffing/ask.html", {"form": form, "crumbs": crumbs, **words}, status=422 if form.errors else 200)


@guarded(VIEW, methods=READ)
def training_detail(request, pk):
    """One session: its facts, the roster to tick, marks and certificates."""
    training = fetch_training(request, pk)
    status, today, query = training.status, clock.today(), request.GET.get("q", "").strip()
    may_edit = may(request.user, EDIT, training.organisation)
    ticking = may_edit and status != Training.Status.CANCELLED and training.held_on <= today
    places = reports.roster_of(training, query)
    context = {
        "training": training,
        "places": places if ticking else [place for place in places if place.attendance],
        "present": training.attendances.count(),
        "query": query,
        "ticking": ticking,
        "may_edit": may_edit,
        "planned": status == Training.Status.PLANNED,
        "held": status == Training.Status.HELD,
        "is_day": training.held_on == today,
        "closing": list(rules.closing_breaches(training.held_on, today, present=training.attendances.count())),
        "earning": len(verbs.earning(training)),
        "clause": rules.TRAINING,
    }
    return render(request, "staffing/training_detail.html", context)


@guarded(EDIT, methods=READ)
def training_code(request, pk):
    """For the projector: the code of the day, large."""
    training = fetch_training(request, pk, EDIT)
    verbs.require_planned(training)
    context = {"training": training, "url": verbs.sign_in_url(training), "is_day": training.held_on == clock.today()}
    return render(request, "staffing/training_code.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def training_sign_in(request, pk, code):
    """Whoever scanned the code of the day signs in with the own account, which stands on the roster."""
    training = get_object_or_404(Training.objects.select_related("organisation"), pk=pk)
    if not verbs.is_code_of(training, code):
        ratelimit.check("training_code", str(request.user.pk), limit=WRONG_CODES, seconds=600)
        raise Http404
    member = verbs.entry_of(training, request.user)
    if request.method == "POST":
        verbs.sign_in(training.pk, by=request.user)
        messages.success(request, "签到成功。")
        return redirect(request.path)
    planned = training.status == Training.Status.PLANNED
    breaches = list(rules.sign_in_breaches(training.held_on, clock.today(), planned=planned))
    there = training.attendances.filter(member=member).first() if member else None
    context = {"training": training, "member": member, "attendance": there, "breaches": breaches}
    return render(request, "staffing/training_sign_in.html", context)


@guarded(EDIT, methods=("POST",))
def training_attend(request, pk):
    """The roster on the organiser's phone: one button per person."""
    training = fetch_training(request, pk, EDIT)
    for name, verb in (("add", verbs.mark_present), ("remove", verbs.unmark)):
        member = request.POST.get(name, "")
        if member.isascii() and member.isdigit() and len(member) < 19:
            verb(training.pk, int(member), by=request.user)
            return redirect(f"{reverse('staffing:training_detail', args=[training.pk])}?q={request.POST.get('q', '')}#m-{member}")
    raise Refused.because("W-22", rules.TRAINING, "没有选中名册上的人。")


@guarded(EDIT, methods=("POST",))
def training_close(request, pk):
    training = verbs.close_training(fetch_training(request, pk, EDIT).pk, by=request.user)
    messages.success(request, f"已登记“{training.title}”为已举办。")
    return redirect("staffing:training_detail", training.pk)


@guarded(EDIT)
def training_results(request, pk):
    """Marks of a test."""
    training = fetch_training(request, pk, EDIT)
    form = ResultsForm(request.POST or None, training=training)
    if request.method == "POST" and form.is_valid():
        count = verbs.record_results(training.pk, form.marks(), by=request.user)
        messages.success(request, f"已录入 {count} 人的考核结果。" if count else "与已录入的相同，没有改动。")
        return redirect("staffing:training_detail", training.pk)
    return render(request, "staffing/training_results.html", {"form": form, "training": training}, status=422 if form.errors else 200)


@guarded(EDIT, methods=("POST",))
def training_certificates(request, pk):
    job = verbs.order_certificates(fetch_training(request, pk, EDIT), by=request.user)
    messages.success(request, "已开始签发培训证书，完成后在培训页面和文书中查看。")
    return redirect("records:job_detail", job.pk)


def missing_of(request, bureau):
    """(rows, chosen filters): who has had no training this year, as the page and the sheet both show it."""
    chosen = {"employment": request.GET.get("employment", ""), "q": request.GET.get("q", "").strip()}
    rows = reports.untrained(bureau, clock.today().year).select_related("organisation", "contract")
    if chosen["employment"] in StaffMember.Employment:
        rows = rows.filter(employment=chosen["employment"])
    if chosen["q"]:
        rows = rows.filter(organisation__name__contains=chosen["q"])
    return rows, chosen


@guarded(VIEW, methods=READ)
def training_missing(request, pk):
    bureau = fetch_unit(request, pk)
    rows, chosen = missing_of(request, bureau)
    choices = [pair for pair in StaffMember.Employment.choices if pair[0] != StaffMember.Employment.PART_TIME]
    page = KeysetPage(rows, order=("organisation__path", "pk"), request=request, size=50)
    context = {"bureau": bureau, "page": page, "year": clock.today().year, "employments": choices, "query": request.GET.urlencode()}
    return render(request, "staffing/training_missing.html", context | chosen)


@guarded(VIEW, methods=READ)
def training_missing_export(request, pk):
    """Exactly what is filtered, as Excel or CSV."""
    bureau = fetch_unit(request, pk)
    rows, _ = missing_of(request, bureau)
    return papers.untrained_sheet(bureau, rows.order_by("organisation__path", "pk"), kind=request.GET.get("as", "xlsx"))
