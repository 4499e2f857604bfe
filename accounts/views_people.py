"""Users, posts and deputies: for system, security and unit leads. And the audit trail, for those who may read it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import services
from accounts.access import fetch, guarded, may, organisations_for, require
from accounts.forms import AppointForm, DeputyForm, ReasonForm, UserEditForm, UserForm
from accounts.models import AuditEvent, Membership, Organisation, User
from accounts.roles import Permission
from accounts.typed import number_in
from accounts.wallclock import today
from accounts.wording import describe, details

PAGE = 50


def _after(request, rows, order="pk"):
    """Keyset page upwards by pk: rows after ``?after=``, and the key of the next page or None."""
    after = number_in(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by(order)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


@guarded(Permission.USER_VIEW, methods=("GET", "HEAD"))
def user_list(request):
    query = request.GET.get("q", "").strip()
    rows = _reachable(request.user)
    if query:
        rows = rows.filter(Q(name__contains=query) | Q(username__icontains=query))
    posts = Membership.objects.active(today()).select_related("organisation")
    users, following = _after(request, rows.prefetch_related(Prefetch("memberships", queryset=posts, to_attr="posts")))
    return render(
        request,
        "accounts/user_list.html",
        {"users": users, "query": query, "following": following, "may_manage": may(request.user, Permission.USER_MANAGE)},
    )


def _reachable(user):
    """Accounts within reach; for those who manage accounts also the ones that have no post, and so no place, yet."""
    visible = User.objects.visible_to(user)
    if may(user, Permission.USER_MANAGE) or may(user, Permission.MEMBERSHIP_MANAGE):
        return User.objects.filter(Q(memberships__isnull=True) | Q(pk__in=visible.values("pk"))).distinct()
    return visible


def _user(request, pk) -> User:
    return get_object_or_404(_reachable(request.user), pk=pk)


@guarded(Permission.USER_VIEW, methods=("GET", "HEAD"))
def user_detail(request, pk):
    user = _user(request, pk)
    posts = Membership.objects.filter(user=user).select_related("organisation", "deputy_for__user").order_by("-started_on", "-pk")
    manage, appoint = may(request.user, Permission.USER_MANAGE), may(request.user, Permission.MEMBERSHIP_MANAGE)
    shown_for, password = request.session.pop("initial_password", (None, ""))
    context = {
        "person": user,
        "initial_password": password if shown_for == user.pk else "",
        "posts": [(post, _post_state(post), _may_deputise(request.user, post)) for post in posts],
        "may_manage": manage,
        "may_appoint": appoint,
        "reason_form": ReasonForm() if manage else None,
        "deputy_form": DeputyForm(users=_colleagues(request.user, user)),
    }
    return render(request, "accounts/user_detail.html", context)


def _post_state(post) -> str:
    if post.started_on > today():
        return "未到任"
    return "已离任" if post.ended_on and post.ended_on < today() else "在任"


def _may_deputise(user, post) -> bool:
    active = _post_state(post) == "在任" and post.deputy_for_id is None
    return active and (post.user == user or may(user, Permission.DEPUTY_APPOINT, post.organisation))


def _colleagues(user, person):
    """Who works today where this person works today."""
    today_ = Membership.objects.active(today())
    here = today_.filter(organisation__in=today_.filter(user=person).values("organisation"))
    return User.objects.filter(is_active=True, pk__in=here.values("user")).exclude(pk=person.pk)


def _appointable(user, query):
    rows = organisations_for(user, Permission.MEMBERSHIP_MANAGE).valid(today())
    return rows.filter(name__contains=query) if query else rows


@guarded(Permission.USER_MANAGE)
def user_create(request):
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.create_user(by=request.user, **form.cleaned_data)
        messages.success(request, f"已建立用户 {user.username}。请由安全管理员任命岗位后使用。")
        return redirect("accounts:user_detail", pk=user.pk)
    return render(request, "accounts/user_form.html", {"form": form})


@guarded(Permission.USER_MANAGE, methods=("POST",))
def user_active(request, pk):
    user, form = _user(request, pk), ReasonForm(request.POST)
    if user == request.user:
        messages.error(request, "不能停用自己的账号。请由另一名系统管理员办理。")
    elif form.is_valid():
        services.set_active(user, not user.is_active, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{user} 已{'启用' if user.is_active else '停用，其会话立即失效'}。")
    else:
        messages.error(request, "请写明理由。")
    return redirect("accounts:user_detail", pk=pk)


@guarded(Permission.USER_MANAGE)
def user_edit(request, pk):
    user = _user(request, pk)
    form = UserEditForm(request.POST or None, initial={"name": user.name, "phone": user.phone, "email": user.email})
    if request.method == "POST" and form.is_valid():
        services.edit_user(user, by=request.user, **form.cleaned_data)
        messages.success(request, "资料已修改。")
        return redirect("accounts:user_detail", pk=pk)
    return render(request, "accounts/user_form.html", {"form": form, "person": user})


@guarded(Permission.USER_MANAGE, methods=("POST",))
def password_reset(request, pk):
    """A fresh initial password, shown once on the next page."""
    user, form = _user(request, pk), ReasonForm(request.POST)
    if user == request.user:
        messages.error(request, "修改自己的密码请到“我的账号”。")
    elif form.is_valid():
        try:
            password = services.reset_password(user, by=request.user, reason=form.cleaned_data["reason"])
            request.session["initial_password"] = [user.pk, password]
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
    else:
        messages.error(request, "请写明理由。")
    return redirect("accounts:user_detail", pk=pk)


@guarded(Permission.USER_MANAGE, methods=("POST",))
def second_factor_reset(request, pk):
    user, form = _user(request, pk), ReasonForm(request.POST)
    if form.is_valid():
        services.reset_second_factor(user, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{user} 的动态口令已解除绑定，下次登录时重新绑定。")
    else:
        messages.error(request, "请写明理由。")
    return redirect("accounts:user_detail", pk=pk)


@guarded(Permission.MEMBERSHIP_MANAGE)
def membership_create(request, pk):
    user = _user(request, pk)
    query = request.GET.get("q", "") or request.POST.get("q", "")
    offered = _appointable(request.user, query)
    if request.method != "POST" and not query:
        offered = offered.exclude(kind=Organisation.Kind.VILLAGE)  # ten thousand more; they are found by name
    form = AppointForm(request.POST or None, organisations=offered, initial={"started_on": today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        require(request.user, Permission.MEMBERSHIP_MANAGE, data["organisation"])
        try:
            services.appoint(user, by=request.user, **data)
            messages.success(request, "任命已生效。")
            return redirect("accounts:user_detail", pk=pk)
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "accounts/membership_form.html", {"form": form, "person": user, "query": query})


@guarded(Permission.MEMBERSHIP_MANAGE, methods=("POST",))
def membership_end(request, pk):
    post = fetch(Membership, request.user, Permission.MEMBERSHIP_MANAGE, pk=pk)
    services.end_post(post, by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, "岗位已结束，相应权限立即失效。")
    return redirect("accounts:user_detail", pk=post.user_id)


@guarded(Permission.ORGANISATION_VIEW, methods=("POST",))
def deputy_appoint(request, pk):
    """The holder of a post, or the lead above it, lets a colleague act until a date."""
    own = Membership.objects.active(today()).filter(pk=pk, user=request.user, deputy_for=None).first()
    post = own or fetch(Membership, request.user, Permission.DEPUTY_APPOINT, pk=pk)
    form = DeputyForm(request.POST, users=_colleagues(request.user, post.user))
    if form.is_valid():
        try:
            services.appoint_deputy(post, form.cleaned_data["user"], until=form.cleaned_data["until"], by=request.user)
            messages.success(request, f"{form.cleaned_data['user']} 自今日起代行此岗位，至 {form.cleaned_data['until']} 止。")
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
    else:
        messages.error(request, "请选择本单位的代行人和截止日期。")
    back = reverse("accounts:profile") if own else reverse("accounts:user_detail", args=[post.user_id])
    return redirect(back)


@guarded(Permission.AUDIT_VIEW, methods=("GET", "HEAD"))
def audit_list(request):
    query, action = request.GET.get("q", "").strip(), request.GET.get("action", "").strip()
    rows = AuditEvent.objects.visible_to(request.user)
    if query:
        rows = rows.filter(Q(target_label__contains=query) | Q(actor_name__contains=query))
    if action:
        rows = rows.filter(action__startswith=action)
    before = number_in(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    following = found[PAGE - 1].pk if len(found) > PAGE else None
    events = [(event, describe(event.action), details(event)) for event in found[:PAGE]]
    context = {"events": events, "query": query, "action": action, "following": following}
    return render(request, "accounts/audit_list.html", context)
