"""What the pages of supervision share: a verb with its form, a tab of a contract's file."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts.access import Guarded, fetch, may
from accounts.roles import Permission
from procurement.models import Contract
from procurement.reports import sections
from procurement.views.frame import version_of
from records.idempotency import once_for
from records.pages import RefusalsInForm

CONTRACT = ("project__organisation", "contractor__organisation")


class VerbForm(Guarded, RefusalsInForm, FormView):
    """One act on one row: a form, once, with the version it was drawn from. ``verb(data)`` calls the service."""

    template_name = "procurement/supervision_form.html"
    model = None
    related: tuple[str, ...] = ()
    heading = submit = intro = done = ""
    versioned = True
    danger = False

    @cached_property
    def row(self):
        return fetch(self.model.objects.select_related(*self.related), self.request.user, self.permission, pk=self.kwargs["pk"])

    @cached_property
    def version(self):
        return version_of(self.request)

    def get_form(self, form_class=None):
        return self.make_form(self.request.POST or None, self.request.FILES or None)

    def make_form(self, data, files):
        return self.form_class(data, files)

    def save(self, form):
        with once_for(self.request, f"procurement.{type(self).__name__}") as slot:
            if not slot.done:
                self.result = self.verb(form.cleaned_data)
                slot.result = getattr(self.result, "pk", self.row.pk)
            self.result_pk = slot.result
        if self.done:
            messages.success(self.request, self.done)

    def verb(self, data):
        raise NotImplementedError

    def back_url(self) -> str:
        raise NotImplementedError

    def get_success_url(self):
        return self.back_url()

    def get_context_data(self, **kwargs):
        more = {"heading": self.heading, "submit": self.submit, "intro": self.intro, "subject": str(self.row), "danger": self.danger}
        version = self.request.POST.get("version", self.row.version) if self.versioned else None
        return super().get_context_data(version=version, cancel_url=self.back_url(), **more, **kwargs)


def fetch_contract(request, pk, permission=None) -> Contract:
    return fetch(Contract.objects.select_related(*CONTRACT), request.user, permission, pk=pk)


def home_of(user, contract: Contract, name: str, label: str) -> dict:
    """Where a page of one row leads back to: the tab of the file, or today's visits for whoever serves without having the contract."""
    if may(user, Permission.CONTRACT_VIEW, contract):
        return {"back": label, "back_url": reverse(name, args=[contract.pk])}
    return {"back": "今天的服务", "back_url": reverse("procurement:visit_today"), "without_file": True}


def tab_page(request, contract, current: str, context: dict, *, template="procurement/supervision_list.html"):
    """A page under the tabs of a contract's file."""
    tabs = sections.tabs(sections.CONTRACT, request.user, contract, current=current)
    return render(request, template, {"contract": contract, "tabs": tabs, "version": contract.version, **context})


def link(label: str, name: str, *args, primary: bool = False) -> dict:
    return {"label": label, "url": reverse(f"procurement:{name}", args=args), "primary": primary}


def post(label: str, name: str, *args, confirm: str = "", breaches=()) -> dict:
    return {"label": label, "url": reverse(f"procurement:{name}", args=args), "post": True, "confirm": confirm, "breaches": list(breaches)}
