"""The authority's side of the public guide: texts in preparation, published, withdrawn."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.formpage import form_page
from records.idempotency import once_for
from records.listing import KeysetPage
from windows.filters import GuideTextFilter
from windows.forms.guide import GuideTextForm, PublishForm, WithdrawForm
from windows.models import GuideText
from windows.reports import guide as reports
from windows.services import guide as services

P = Permission
LIST = "windows:guide_text_list"
SPEAKERS = (Organisation.Kind.BUREAU, Organisation.Kind.CITY)


@guarded(P.GUIDE_EDIT, methods=("GET", "HEAD"))
def guide_text_list(request):
    chosen = GuideTextFilter(request.GET, queryset=GuideText.objects.visible_to(request.user))
    page = KeysetPage(chosen.qs.select_related("organisation", "prepared_by"), order=("-pk",), request=request)
    return render(request, "windows/guide_text_list.html", {"filter": chosen, "page": page, "rows": page.rows})


def speakers(user):
    return organisations_for(user, P.GUIDE_EDIT).filter(kind__in=SPEAKERS).valid(clock.today()).order_by("path")


@guarded(P.GUIDE_EDIT)
def guide_text_new(request):
    initial = {"formed_on": clock.today(), "programme_code": request.GET.get("programme", "")}
    form = GuideTextForm(request.POST or None, initial=initial, organisations=speakers(request.user))

    def save(data):
        with once_for(request, "windows.guide_text") as slot:
            if not slot.done:
                data.pop("version", None)
                slot.result = services.write_text(data.pop("organisation"), by=request.user, **data).pk
        return slot.result

    def done(pk):
        messages.success(request, "已保存为未发布的信息")
        return redirect("windows:guide_text_detail", pk=pk)

    return form_page(request, form, save, template="windows/guide_text_form.html", done=done)


def text_of(request, pk, permission=None) -> GuideText:
    return fetch(GuideText.objects.select_related("organisation", "prepared_by", "published_by"), request.user, permission, pk=pk)


@guarded(P.GUIDE_EDIT, methods=("GET", "HEAD"))
def guide_text_detail(request, pk):
    return render(request, "windows/guide_text_detail.html", detail_context(request, text_of(request, pk)))


def detail_context(request, text: GuideText, **more) -> dict:
    publishes = may(request.user, P.GUIDE_PUBLISH, text)
    draft, initial = text.status == GuideText.Status.DRAFT, {"version": text.version}
    return {
        "text": text,
        "programme": reports.current(text.programme_code) if text.programme_code else None,
        "may_edit": draft and may(request.user, P.GUIDE_EDIT, text),
        "breaches": list(services.publish_breaches(text)) if draft else [],
        "publish_form": PublishForm(initial=initial) if draft and publishes else None,
        "withdraw_form": WithdrawForm(initial=initial) if text.status != GuideText.Status.WITHDRAWN and publishes else None,
        **more,
    }


@guarded(P.GUIDE_EDIT)
def guide_text_edit(request, pk):
    text = text_of(request, pk, P.GUIDE_EDIT)
    initial = {name: getattr(text, name) for name in services.FIELDS} | {"organisation": text.organisation, "version": text.version}
    form = GuideTextForm(request.POST or None, initial=initial, organisations=Organisation.objects.filter(pk=text.organisation_id))

    def save(data):
        data.pop("organisation")
        return services.change_text(pk, by=request.user, **data)

    def done(_):
        messages.success(request, "已保存")
        return redirect("windows:guide_text_detail", pk=pk)

    return form_page(request, form, save, template="windows/guide_text_form.html", context={"text": text}, done=done)


def verb(request, pk, form_class, field: str, act, words: str):
    text = text_of(request, pk, P.GUIDE_PUBLISH)
    form = form_class(request.POST)

    def done(_):
        messages.success(request, words)
        return redirect("windows:guide_text_detail", pk=pk)

    context = detail_context(request, text, **{field: form})
    save = lambda data: act(pk, by=request.user, **data)  # noqa: E731
    return form_page(request, form, save, template="windows/guide_text_detail.html", context=context, done=done)


@guarded(P.GUIDE_PUBLISH, methods=("POST",))
def guide_text_publish(request, pk):
    return verb(request, pk, PublishForm, "publish_form", services.publish_text, "已发布，公众可以查看。")


@guarded(P.GUIDE_PUBLISH, methods=("POST",))
def guide_text_withdraw(request, pk):
    return verb(request, pk, WithdrawForm, "withdraw_form", services.withdraw_text, "已撤下，记录保留。")
