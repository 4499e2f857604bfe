"""A contractor's own house: its entry section by section, and its people's accounts."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded
from accounts.typed import number_in
from contractors import forms, rules
from contractors.models import Contractor, ContractorChange
from contractors.services import change, colleagues
from contractors.views.frame import P, back_to, bound, own_contractor, sheet

SECTION_FORMS = {ContractorChange.Section.BASICS: forms.BasicsChangeForm, ContractorChange.Section.HEAD: forms.HeadChangeForm}
PASSWORD = "colleague_password"  # noqa: S105  a key of the session


def version_of(request):
    sent = request.POST.get("version", "")
    return number_in(sent)


@guarded(P.CONTRACTOR_EDIT)
def contractor_edit(request, pk):
    """Whom to ask and what is offered: in force at once."""
    contractor = own_contractor(request, pk)
    form = bound(forms.ContactForm, request, initial={field: getattr(contractor, field) for field in change.AT_ONCE})

    def save(data):
        return change.edit_contact(pk, values=data, version=version_of(request), by=request.user)

    return sheet(request, contractor, form, save, title="修改联系人与服务内容", submit="保存", text="已保存，即时生效。")


@guarded(P.CONTRACTOR_EDIT)
def change_new(request, pk, section):
    """A section that the bureau verified: the old words stand until the new ones are verified too."""
    contractor = own_contractor(request, pk)
    if section not in SECTION_FORMS:
        raise Http404
    initial = {field: getattr(contractor, field) for field in change.SECTIONS[section] if field != "representative_id"}
    form = bound(SECTION_FORMS[section], request, initial=initial)

    def save(data):
        statement, upload = data.pop("statement"), data.pop("upload")
        return change.propose(
            pk, section=section, values=data, statement=statement, upload=upload, version=version_of(request), by=request.user
        )

    title = f"变更{ContractorChange.Section(section).label}"
    text = "变更已提交，由民政局核实后生效；在此之前原登记继续有效。"
    return sheet(request, contractor, form, save, title=title, submit="提交核实", text=text, clause=rules.FOUNDING)


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def change_judge(request, pk):
    row = fetch(ContractorChange.objects.select_related("contractor__organisation"), request.user, pk=pk)
    accepted = request.POST.get("verdict") == "accepted"
    change.judge(pk, accepted=accepted, reason=request.POST.get("reason", ""), by=request.user)
    return back_to(row.contractor, "变更已核实生效。" if accepted else "变更未予核实，原登记不变。")(request)


def house(request, pk) -> Contractor:
    return fetch(Contractor.objects.select_related("organisation"), request.user, P.COLLEAGUE_MANAGE, pk=pk)


@guarded(P.COLLEAGUE_MANAGE, methods=("GET", "HEAD"))
def colleague_list(request, pk):
    contractor = house(request, pk)
    posts: dict[int, list[str]] = {}
    for post in colleagues.posts_of(contractor):
        posts.setdefault(post.user_id, []).append(post.get_role_display())
    shown_for, password = request.session.pop(PASSWORD, (None, ""))
    people = [
        {"user": user, "posts": "、".join(posts.get(user.pk, ())), "password": password if shown_for == user.pk else ""}
        for user in colleagues.people_of(contractor)
    ]
    context = {"contractor": contractor, "people": people, "reason_form": forms.ReasonForm()}
    return render(request, "contractors/colleague_list.html", context)


@guarded(P.COLLEAGUE_MANAGE)
def colleague_new(request, pk):
    contractor = house(request, pk)
    form = bound(forms.ColleagueForm, request)

    def save(data):
        user, password = colleagues.open_account(contractor, by=request.user, **data)
        request.session[PASSWORD] = [user.pk, password]
        return user

    return sheet(request, contractor, form, save, title="开通同事账号", submit="开通", text="账号已开通。", to="contractors:colleague_list")


@guarded(P.COLLEAGUE_MANAGE, methods=("POST",))
def colleague_active(request, pk, user):
    contractor = house(request, pk)
    found = known(contractor, user)
    colleagues.set_active(contractor, user, not found.is_active, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, f"{found} 已{'停用，其会话立即失效' if found.is_active else '启用'}。")
    return redirect("contractors:colleague_list", pk=pk)


@guarded(P.COLLEAGUE_MANAGE, methods=("POST",))
def colleague_password(request, pk, user):
    contractor = house(request, pk)
    known(contractor, user)
    _, password = colleagues.reset_password(contractor, user, reason=request.POST.get("reason", ""), by=request.user)
    request.session[PASSWORD] = [user, password]
    messages.success(request, "已生成新的初始密码，只显示这一次。")
    return redirect("contractors:colleague_list", pk=pk)


def known(contractor, user):
    found = colleagues.people_of(contractor).filter(pk=user).first()
    if found is None:
        raise Http404
    return found
