"""The applicant's side of the entrance, without sign-in. A number and a code open an application for this browser, for a while.

Nothing here tells who is registered: a code that is in the register is answered like any other, the bureau sees the rest.
"""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.typed import number_in
from contractors import forms, rules
from contractors.models import QUALIFICATION, Application
from contractors.reports import entrance as reports
from contractors.services import admission, application
from records import clock
from records.files import file_response
from records.formpage import form_page
from records.idempotency import FIELD, fingerprint_of
from records.ratelimit import check, client_address

OPENED = "application"
KEPT = 3_600  # seconds an opened application stays open in this browser
BEGUN_PER_ADDRESS, TRIES_PER_ADDRESS, TRIES_PER_NUMBER, PAPERS_PER_ADDRESS, WINDOW = 20, 30, 10, 200, 900
WRONG = "申请编号或查询码不正确。请核对开始登记时页面上给出的编号和查询码；遗失的请到受理的区县民政局核验身份后重新领取。"
STEPS = ("填写", "区县核实", "领取账号")


def page(*methods):
    """Open to everybody, never cached."""

    def decorate(view):
        return public(never_cache(require_http_methods(methods)(view)))

    return decorate


def opened(view):
    """The application this browser has opened; without one back to the door."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        row = current(request)
        if row is None:
            return redirect("application_enter")
        return view(request, row, *args, **kwargs)

    return inner


def current(request) -> Application | None:
    held = request.session.get(OPENED)
    if not held or held["until"] < clock.now().timestamp():
        return None
    row = Application.objects.filter(pk=held["pk"]).select_related("district", "administrator").first()
    return row if row is not None and row.code_hash[:16] == held["seal"] else None


def let_in(request, row: Application, code: str = "") -> None:
    request.session.cycle_key()
    request.session[OPENED] = {"pk": row.pk, "seal": row.code_hash[:16], "until": clock.now().timestamp() + KEPT, "code": code}


@page("GET", "HEAD", "POST")
def application_start(request):
    form = forms.StartForm(request.POST) if request.method == "POST" else forms.StartForm()
    if request.method == "POST":
        check("entrance.begin", client_address(request), limit=BEGUN_PER_ADDRESS, seconds=WINDOW)

    def save(data):
        key = request.POST.get(FIELD, "")[:80]
        return application.begin(district=data.pop("district"), key=key, fingerprint=fingerprint_of(request.POST), values=data)

    def done(begun):
        let_in(request, begun.application, begun.code)
        return redirect("application_desk")

    context = {"clause": rules.FOUNDING}
    return form_page(request, form, save, template="contractors/public/start.html", context=context, done=done)


@sensitive_post_parameters("code")
@page("GET", "HEAD", "POST")
def application_enter(request):
    """Number and code. Wrong number, wrong code: one answer, and the same work."""
    form, wrong, status = forms.EnterForm(request.POST or None), "", 200
    if request.method == "POST":
        check("entrance.address", client_address(request), limit=TRIES_PER_ADDRESS, seconds=WINDOW, fail_open=False)
        status = 422
        if form.is_valid():
            number = form.cleaned_data["number"].strip().upper()
            check("entrance.number", number, limit=TRIES_PER_NUMBER, seconds=WINDOW, fail_open=False)
            row = application.find(number, form.cleaned_data["code"])
            if row is not None:
                let_in(request, row)
                return redirect("application_desk")
            wrong = WRONG
    return render(request, "contractors/public/enter.html", {"form": form, "wrong": wrong}, status=status)


@page("GET", "HEAD")
@opened
def application_desk(request, row):
    papers = list(row.papers.select_related("file"))
    by_kind = {paper.kind: paper for paper in papers}
    found = application.submission_breaches(row, on=clock.today()) if row.is_open else []
    notes = {note.section: note.reason for note in row.notes.filter(round=row.round)} if row.is_open else {}
    context = {
        "application": row,
        "code": request.session[OPENED].get("code", ""),
        "steps": steps(row),
        "told": reports.told(row),
        "notes": notes,
        "head_notes": [notes[section] for section in ("basics", "contact", "services") if section in notes],
        "conditions": [
            {"code": code, "label": label, "asked": rules.EVIDENCE_ASKED[code], "paper": by_kind.get(code)}
            for code, label in rules.CONDITION_LABELS.items()
        ],
        "certificates": [paper for paper in papers if paper.kind == QUALIFICATION],
        "services": [rules.SERVICE_LABELS[code] for code in row.services if code in rules.SERVICE_LABELS],
        "breaches": found,
        "declaration": forms.DeclarationForm(),
        "may_claim": row.administrator_id is not None and row.claimed_at is None,
    }
    return render(request, "contractors/public/desk.html", context)


def steps(row: Application) -> list[dict]:
    place = {"draft": 0, "returned": 0, "submitted": 1, "approved": 2, "refused": 1}[row.status]
    states = ["done" if number < place else "current" if number == place else "todo" for number in range(len(STEPS))]
    if row.claimed_at:
        states[-1] = "done"
    return [{"label": label, "state": state} for label, state in zip(STEPS, states, strict=True)]


@page("GET", "HEAD", "POST")
@opened
def application_edit(request, row):
    if not row.is_open:
        return redirect("application_desk")
    fields = forms.ParticularsForm.base_fields
    initial = {name: getattr(row, name) for name in fields}
    form = forms.ParticularsForm(request.POST) if request.method == "POST" else forms.ParticularsForm(initial=initial)

    def save(data):
        version = request.POST.get("version") or None
        return application.edit(row.pk, values=data, version=number_in(version))

    def done(_row):
        messages.success(request, "已保存。")
        return redirect("application_desk")

    return form_page(request, form, save, template="contractors/public/edit.html", context={"application": row}, done=done)


@page("GET", "HEAD", "POST")
@opened
def application_paper(request, row, kind):
    """One piece of evidence at a time: what has been sent is kept, whatever happens to the next."""
    if kind != QUALIFICATION and kind not in rules.CONDITION_LABELS:
        raise Http404
    if not row.is_open:
        return redirect("application_desk")
    make = forms.CertificateForm if kind == QUALIFICATION else forms.PaperForm
    form = make(request.POST, request.FILES) if request.method == "POST" else make()
    if request.method == "POST":
        check("entrance.paper", client_address(request), limit=PAPERS_PER_ADDRESS, seconds=WINDOW)

    def done(paper):
        messages.success(request, f"“{paper}”已保存。")
        return redirect("application_desk")

    title = rules.CONDITION_LABELS.get(kind, "资质证书")
    context = {"title": title, "asked": rules.EVIDENCE_ASKED.get(kind, ""), "clause": rules.EVIDENCE}
    template = "contractors/public/paper.html"
    return form_page(
        request, form, lambda data: application.add_paper(row.pk, kind=kind, **data), template=template, context=context, done=done
    )


@page("GET", "HEAD")
@opened
def application_file(request, row, paper):
    found = row.papers.select_related("file").filter(pk=paper).first()
    if found is None or found.file is None:
        raise Http404
    return file_response(found.file)


@page("POST")
@opened
def application_remove(request, row, paper):
    application.remove_paper(row.pk, paper)
    messages.success(request, "已删除。")
    return redirect("application_desk")


@page("POST")
@opened
def application_submit(request, row):
    form = forms.DeclarationForm(request.POST)
    form.is_valid()
    application.submit(row.pk, declared=bool(form.cleaned_data.get("declared")), declared_by=form.cleaned_data.get("declared_by", ""))
    messages.success(request, f"申请已提交。{reports.NO_MESSAGE}")
    return redirect("application_desk")


@sensitive_post_parameters("password", "again")
@page("GET", "HEAD", "POST")
@opened
def application_claim(request, row):
    """The owner of the code sets the password of the first account; nobody else has ever known one."""
    if row.administrator_id is None or row.claimed_at:
        return redirect("application_desk")
    form = forms.ClaimForm(request.POST or None)

    def done(user):
        messages.success(request, f"账号已领取，用户名 {user.username}。请用刚设定的密码登录。")
        return redirect("accounts:login")

    template = "contractors/public/claim.html"
    save = lambda data: admission.claim_account(row.pk, password=data["password"])  # noqa: E731
    return form_page(request, form, save, template=template, context={"application": row}, done=done)


@page("POST")
def application_leave(request):
    """Close the application in this browser, on a machine that others use too."""
    request.session.pop(OPENED, None)
    messages.success(request, "已退出。再次查看请输入申请编号和查询码。")
    return redirect("application_enter")
