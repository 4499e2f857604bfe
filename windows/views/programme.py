"""Programmes by version; the city bureau's editor of the next one: begin, edit, preview, put in force, take back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from records import clauses, clock
from records.formpage import answered_once, form_page
from records.idempotency import once_for
from records.pages import add_breaches
from records.refusals import Refused, StaleVersion
from windows.forms.programme import DraftForms, EnactForm, EndForm
from windows.models import Programme, ProgrammeDraft
from windows.reports import programme as reports
from windows.rules import programme as rules
from windows.rules.programme_change import compare
from windows.services import programme_content as contents
from windows.services import programme_drafts as services
from windows.services.intake import DELEGATED_WHOLE
from windows.timeline import of_draft

P = Permission
Status = ProgrammeDraft.Status


@guarded(P.PROGRAMME_VIEW, methods=("GET", "HEAD"))
def programme_versions(request):
    context = {"programmes": reports.versions(request.user), "may_edit": may(request.user, P.PROGRAMME_EDIT)}
    context["counted"] = may(request.user, P.CASE_VIEW)
    return render(request, "windows/programme_versions.html", context)


@guarded(P.PROGRAMME_EDIT, methods=("POST",))
def programme_draft_new(request, pk):
    """From the version in force ``pk``."""
    programme = get_object_or_404(Programme, pk=pk)
    city = organisations_for(request.user, P.PROGRAMME_EDIT).filter(kind=Organisation.Kind.CITY).order_by("path").first()
    with once_for(request, "windows.programme_draft") as slot:
        if not slot.done:
            slot.result = services.begin(programme.pk, organisation=city, by=request.user).pk
    messages.success(request, "已按现行版本建立草稿；发布前窗口和公众都看不到。")
    return redirect("windows:programme_draft_edit", pk=slot.result)


def draft_of(request, pk, permission=None) -> ProgrammeDraft:
    rows = ProgrammeDraft.objects.select_related("base", "programme", "enacted_by", "organisation")
    return fetch(rows, request.user, permission, pk=pk)


@guarded(P.PROGRAMME_EDIT)
def programme_draft_edit(request, pk):
    draft = draft_of(request, pk, P.PROGRAMME_EDIT)
    if draft.status != Status.DRAFT:
        return _read_only(request, draft)
    content = contents.of_draft(draft)
    page = DraftForms(request.POST or None, draft=draft, content=content)
    status, context = 200, {}
    if request.method == "POST":
        status = 422
        if page.is_valid():
            try:
                return answered_once(request, page.head, lambda _: _save(request, pk, page), lambda saved: _saved(request, saved))
            except StaleVersion as refusal:
                page, context = _kept(request, refusal, page.typed())
                status = refusal.status
            except Refused as refusal:
                add_breaches(page.head, refusal)
                status = refusal.status
    context |= {"draft": draft, "page": page, "clauses": [str(entry.cite) for entry in clauses.entries()]}
    return render(request, "windows/programme_draft_form.html", context, status=status)


def _read_only(request, draft: ProgrammeDraft):
    """What was put in force, taken back or withdrawn is read and not edited, also from a page that was open before."""
    if request.method == "POST":
        services.editable(draft)
    messages.info(request, f"“{draft}”{draft.get_status_display()}，只能查看，不能修改。")
    return redirect("windows:programme_draft", pk=draft.pk)


def _save(request, pk, page: DraftForms) -> ProgrammeDraft:
    data = page.head.cleaned_data
    return services.save(pk, page.typed(), label=data["label"], why=data["why"], version=data["version"], by=request.user)


def _saved(request, draft):
    messages.success(request, "草稿已保存")
    to_edit = "more" in request.POST
    return redirect("windows:programme_draft_edit" if to_edit else "windows:programme_draft", pk=draft.pk)


def _kept(request, refusal: StaleVersion, typed) -> tuple[DraftForms, dict]:
    """Somebody else saved first: the same form with all that was typed, beside what now stands. Saving again is a decision."""
    current = refusal.current
    data = request.POST.copy()
    data["version"] = str(current.version)
    page = DraftForms(data, draft=current, content=contents.of_draft(current))
    page.is_valid()
    stale = {"changes": compare(contents.of_draft(current), typed), "by": refusal.changed_by, "at": refusal.changed_at}
    return page, {"stale": stale, "breaches": refusal.breaches}


@guarded(P.PROGRAMME_EDIT, methods=("GET", "HEAD"))
def programme_draft(request, pk):
    """The preview: what changes, which rules stand against it, for whom; and the verbs."""
    return render(request, "windows/programme_draft.html", context_of(request, draft_of(request, pk)))


def context_of(request, draft: ProgrammeDraft, **more) -> dict:
    open_, initial = draft.status == Status.DRAFT, {"version": draft.version}
    authors = list(draft.authors.all())
    faults = services.faults(draft) if open_ else []
    second = list(rules.second_breaches(actor=request.user.pk, authors=[person.pk for person in authors]))
    enacts = may(request.user, P.PROGRAMME_ENACT, draft)
    coming = draft.status == Status.ENACTED and draft.programme.valid_from > clock.today()
    return {
        "draft": draft,
        "authors": authors,
        "preview": reports.preview(draft),
        "delegated": DELEGATED_WHOLE,
        "binding": [breach for breach in faults if breach.binding],
        "liftable": [breach for breach in faults if not breach.binding],
        "to_mend": "请先改正上面列出的问题。" if any(breach.binding for breach in faults) else "",
        "blocked": second if open_ and enacts else [],
        "enact_form": EnactForm(initial=initial, asked=not all(breach.binding for breach in faults)) if open_ and enacts else None,
        "withdraw_form": EndForm(initial=initial) if open_ and may(request.user, P.PROGRAMME_EDIT, draft) else None,
        "take_back_form": EndForm(initial=initial) if coming and enacts else None,
        "may_edit": open_ and may(request.user, P.PROGRAMME_EDIT, draft),
        "events": of_draft(draft),
        **more,
    }


def verb(request, pk, permission, form_class, field: str, act, words: str):
    draft = draft_of(request, pk, permission)
    form = form_class(request.POST)

    def done(_):
        messages.success(request, words)
        return redirect("windows:programme_draft", pk=pk)

    context = context_of(request, draft, **{field: form})
    save = lambda data: act(pk, by=request.user, **data)  # noqa: E731
    return form_page(request, form, save, template="windows/programme_draft.html", context=context, done=done)


@guarded(P.PROGRAMME_ENACT, methods=("POST",))
def programme_draft_enact(request, pk):
    return verb(request, pk, P.PROGRAMME_ENACT, EnactForm, "enact_form", services.enact, "已发布，自施行日期起登记的申请按新版本办理。")


@guarded(P.PROGRAMME_EDIT, methods=("POST",))
def programme_draft_withdraw(request, pk):
    return verb(request, pk, P.PROGRAMME_EDIT, EndForm, "withdraw_form", services.withdraw, "草稿已撤销，记录保留。")


@guarded(P.PROGRAMME_ENACT, methods=("POST",))
def programme_draft_take_back(request, pk):
    return verb(request, pk, P.PROGRAMME_ENACT, EndForm, "take_back_form", services.take_back, "已收回，原版本继续适用。")
