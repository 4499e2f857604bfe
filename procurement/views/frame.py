"""What every page of this app shares: lists with filters and export, verbs that act once, the version of a form."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView

from accounts.access import Guarded
from records.exports import Column, export
from records.idempotency import once_for
from records.listing import KeysetPage
from records.pages import RefusalsInForm

EXPORT_LIMIT = 20_000


def version_of(request) -> int:
    """The version that the form was drawn from. A hand-made POST without one is a 400."""
    try:
        return int(request.POST["version"])
    except (KeyError, ValueError):
        raise BadRequest("表单缺少版本号，请从页面提交。") from None


def act(request, verb: Callable, pk: int, url: str, done: str, **more):
    """``verb(pk, version=…, by=…)`` once for each idempotency key, then go to ``url`` with a word on what happened."""
    with once_for(request, f"procurement.{verb.__name__}") as slot:
        if not slot.done:
            verb(pk, version=version_of(request), by=request.user, **more)
            slot.result = url
    messages.success(request, done)
    return redirect(url)


class ListPage(Guarded, View):
    """A list: filters from the URL, keyset page of prepared rows, export of exactly what is filtered."""

    model = None
    filterset_class = None
    template_name = ""
    related: tuple[str, ...] = ()
    order = ("-created_at", "-pk")
    columns: list[dict] = []
    export_name = ""
    export_columns: list[Column] = []

    def get(self, request):
        rows = self.model.objects.visible_to(request.user).select_related(*self.related)
        self.filterset = self.filterset_class(request.GET, queryset=rows)
        if request.GET.get("export") in ("xlsx", "csv"):
            return self.export(request.GET["export"])
        page = KeysetPage(self.filterset.qs, order=self.order, request=request)
        context = {"filter": self.filterset.form, "page": page, "columns": self.columns, "rows": self.rows(page.rows)}
        return render(request, self.template_name, {**context, **self.more()})

    def export(self, kind: str):
        rows = self.filterset.qs.order_by(*self.order)[:EXPORT_LIMIT]
        return export(self.export_columns, map(self.export_row, rows), name=self.export_name, kind=kind)

    def rows(self, objects) -> list[dict]:
        raise NotImplementedError

    def export_row(self, row) -> list:
        raise NotImplementedError

    def more(self) -> dict:
        return {}


class RowForm(Guarded, RefusalsInForm, FormView):
    """A verb on one row that asks for more than a click. The subclass says what is fetched and what is done with the form."""

    template_name = "procurement/row_form.html"
    heading = submit = intro = ""
    crumb = ("", "")  # words and address name of the list above

    def fetch_row(self):
        raise NotImplementedError

    def act(self, form):
        raise NotImplementedError

    @cached_property
    def row(self):
        return self.fetch_row()

    def save(self, form):
        row = self.row
        with once_for(self.request, f"procurement.{type(self).__name__}.{row.pk}") as slot:
            if not slot.done:
                self.act(form)
                slot.result = row.pk

    def get_context_data(self, **kwargs):
        version = self.request.POST.get("version", getattr(self.row, "version", 0))
        label, name = self.crumb
        more = {"heading": self.heading, "submit": self.submit, "intro": self.intro, "subject": str(self.row), "version": version}
        crumb = {"crumb_label": label, "crumb_url": reverse(name)}
        return super().get_context_data(row=self.row, cancel_url=self.get_success_url(), **more, **crumb, **kwargs)
