"""What-ifs: judged as they are typed, saved, compared, put on paper, turned into a purchase draft."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from records import clock
from records.idempotency import once_for
from records.pages import add_breaches
from records.refusals import Refused, StaleVersion
from staffing import papers, reports, rules, services
from staffing.forms.scenario import CopyForm, PurchaseForm, ReasonForm, ScenarioForm
from staffing.models import PostingPlan, Scenario
from staffing.reports import scenario as what_if
from staffing.views.tables import table_of

VIEW, EDIT, DRAFT = Permission.STAFFING_VIEW, Permission.STAFFING_EDIT, Permission.PROJECT_DRAFT
MOST_COMPARED = 4
READ = ("GET", "HEAD")


def fetch_scenario(request, pk, permission=VIEW) -> Scenario:
    rows = Scenario.objects.select_related("organisation", "created_by", "copied_from", "posting_plan__project")
    return fetch(rows.prefetch_related("lines__organisation"), request.user, permission, pk=pk)


def today_of(scenario: Scenario) -> reports.UnitTable:
    return reports.district_table(scenario.organisation, services.basis_for(scenario.organisation, clock.today()))


def plan_of(scenario: Scenario) -> PostingPlan | None:
    return getattr(scenario, "posting_plan", None)


@guarded(VIEW, methods=READ)
def scenario_list(request, pk):
    table = table_of(request, pk)
    bureau = table.bureau
    scenarios = Scenario.objects.filter(organisation=bureau).select_related("created_by", "posting_plan__project")
    if request.GET.get("all") != "1":
        scenarios = scenarios.active()
    found = scenarios.prefetch_related("lines__organisation")[:20]
    rows = [(scenario, what_if.judge_scenario(scenario, table.basis, table)) for scenario in found]
    context = {"bureau": bureau, "rows": rows, "all": request.GET.get("all") == "1", "most": MOST_COMPARED}
    return render(request, "staffing/scenario_list.html", context | {"may_edit": may(request.user, EDIT, bureau)})


@guarded(EDIT)
def scenario_create(request, pk):
    table = table_of(request, pk, EDIT)
    last = Scenario.objects.filter(organisation=table.bureau).values_list("post_cost", flat=True).first()
    form = ScenarioForm(request.POST or None, table=table, initial={"post_cost": last})

    def save():
        with once_for(request, "staffing.scenario_create") as slot:
            if not slot.done:
                values = {name: form.cleaned_data[name] for name in ("name", "post_cost")}
                slot.result = services.save_scenario(table, **values, lines=form.planned(), by=request.user).pk
        return slot.result

    return _typed(request, form, save)


@guarded(EDIT)
def scenario_edit(request, pk):
    scenario = fetch_scenario(request, pk, EDIT)
    services.require_open(scenario)  # the page of the refusal says why, before anything is typed
    form = ScenarioForm(request.POST or None, table=today_of(scenario), scenario=scenario)

    def save():
        values = {name: form.cleaned_data[name] for name in ("name", "post_cost", "version")}
        return services.change_scenario(scenario.pk, form.table, **values, lines=form.planned(), by=request.user).pk

    return _typed(request, form, save)


def _typed(request, form: ScenarioForm, save):
    """The one page of a what-if: judged at each change (``act=judge``), saved by its button; whatever is typed stays."""
    judging = request.POST.get("act") == "judge"
    if request.method == "POST" and form.is_valid() and not judging:
        try:
            return redirect("staffing:scenario_detail", save())
        except StaleVersion:
            raise
        except Refused as refusal:
            add_breaches(form, refusal)
    context = _judged(form) | {"clause": rules.STANDARD, "judging": judging}
    if judging and request.headers.get("HX-Request"):
        return render(request, "staffing/scenario_judged.html", context)
    return render(request, "staffing/scenario_form.html", context, status=422 if form.errors and not judging else 200)


def _judged(form: ScenarioForm) -> dict:
    """The typed numbers through the rules in one pass, beside the district as it is; places typed wrongly are left out and say why."""
    pairs, cost = (form.pairs(), form.cleaned_data.get("post_cost")) if form.is_bound else (form.opening(), form.opening_cost())
    result = what_if.judge_assumed(pairs, post_cost=cost, rounding=form.table.basis.rounding)
    rows = {row.pk: row for row in result.places}
    lines = [(seat, fields, rows.get(seat.pk)) for seat, fields in form.lines()]
    now = what_if.judge_now(form.table)
    return {"form": form, "table": form.table, "lines": lines, "result": result, "now": now, "wrong": len(form.seats) - len(rows)}


@guarded(VIEW, methods=READ)
def scenario_detail(request, pk):
    scenario = fetch_scenario(request, pk)
    table = today_of(scenario)
    bureau, user = scenario.organisation, request.user
    plan, active = plan_of(scenario), scenario.status == Scenario.Status.ACTIVE
    context = {
        "scenario": scenario,
        "result": what_if.judge_scenario(scenario, table.basis, table),
        "now": what_if.judge_now(table),
        "basis": table.basis,
        "notes": reports.COUNTING_NOTES,
        "clause": rules.STANDARD,
        "plan": plan,
        "may_edit": may(user, EDIT, bureau),
        "changeable": active and plan is None and may(user, EDIT, bureau),
        "may_buy": active and plan is None and may(user, DRAFT, bureau),
    }
    return render(request, "staffing/scenario_detail.html", context)


@guarded(EDIT)
def scenario_copy(request, pk):
    scenario = fetch_scenario(request, pk, EDIT)
    form = CopyForm(request.POST or None, bureau=scenario.organisation, initial={"name": f"{scenario.name[:76]}（副本）"})
    if request.method == "POST" and form.is_valid():
        with once_for(request, "staffing.scenario_copy") as slot:
            if not slot.done:
                slot.result = services.copy_scenario(scenario.pk, name=form.cleaned_data["name"], by=request.user).pk
        messages.success(request, f"已复制为“{form.cleaned_data['name']}”。")
        return redirect("staffing:scenario_edit", slot.result)
    return _ask(request, form, scenario, heading="复制方案", submit="复制")


@guarded(EDIT)
def scenario_withdraw(request, pk):
    scenario = fetch_scenario(request, pk, EDIT)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_scenario(scenario.pk, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            add_breaches(form, refusal)
        else:
            messages.success(request, f"已撤销方案“{scenario.name}”。")
            return redirect("staffing:scenario_list", scenario.organisation_id)
    return _ask(request, form, scenario, heading="撤销方案", submit="撤销")


def _ask(request, form, scenario: Scenario, *, heading: str, submit: str):
    crumbs = [("测算方案", reverse("staffing:scenario_list", args=[scenario.organisation_id]))]
    crumbs.append((scenario.name, reverse("staffing:scenario_detail", args=[scenario.pk])))
    context = {"form": form, "heading": heading, "submit": submit, "crumbs": crumbs, "subject": scenario.name}
    return render(request, "staffing/ask.html", context, status=422 if form.errors else 200)


@guarded(VIEW, methods=READ)
def scenario_compare(request, pk):
    """Two to four what-ifs beside 现状, place by place, each figure with its sum and clause."""
    table = table_of(request, pk)
    wanted = [int(one) for one in request.GET.getlist("s")[:MOST_COMPARED] if one.isascii() and one.isdigit() and len(one) < 19]
    found = Scenario.objects.filter(organisation=table.bureau, pk__in=wanted).select_related("created_by").order_by("created_at", "pk")
    scenarios = list(found.prefetch_related("lines__organisation"))
    results = [what_if.judge_now(table), *(what_if.judge_scenario(one, table.basis, table) for one in scenarios)]
    context = {
        "table": table,
        "columns": list(zip([None, *scenarios], results, strict=True)),
        "rows": what_if.compare(results),
        "clause": rules.STANDARD,
        "notes": reports.COUNTING_NOTES,
    }
    return render(request, "staffing/scenario_compare.html", context)


@guarded(VIEW, methods=READ)
def scenario_export(request, pk):
    """Exactly the rows of the page, as Excel or CSV."""
    scenario = fetch_scenario(request, pk)
    return papers.scenario_sheet(scenario, today_of(scenario), kind=request.GET.get("as", "xlsx"))


@guarded(VIEW, methods=("POST",))
def scenario_paper(request, pk):
    """Order the A4 page; it waits in the download centre."""
    job = papers.order_scenario(fetch_scenario(request, pk), by=request.user)
    messages.success(request, f"已开始生成“{job.title}”，完成后在下载中心取件。")
    return redirect("records:job_detail", job.pk)


@guarded(DRAFT)
def scenario_purchase(request, pk):
    """P-33 asked question by question, then one project draft."""
    scenario = fetch_scenario(request, pk, DRAFT)
    plan = plan_of(scenario)
    if plan is not None:
        return redirect("procurement:project_detail", plan.project_id)
    table = today_of(scenario)
    form = PurchaseForm(request.POST or None, scenario=scenario, table=table)
    if request.method == "POST" and form.is_valid():
        try:
            project = services.draft_purchase(scenario.pk, table, form.order(), by=request.user)
        except StaleVersion:
            raise
        except Refused as refusal:
            add_breaches(form, refusal)
        else:
            messages.success(request, f"已建立购买项目草稿 {project.code}，请继续填写其他内容后送审。")
            return redirect("procurement:project_detail", project.pk)
    result = what_if.judge_scenario(scenario, table.basis, table)
    context = {"form": form, "scenario": scenario, "result": result, "clause": rules.STANDARD, "employment": form.intro}
    return render(request, "staffing/scenario_purchase.html", context, status=422 if form.errors else 200)
