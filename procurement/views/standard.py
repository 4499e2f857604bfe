"""A district's service standards: the items with what is in force, one set with its history, and a new set."""

from django.shortcuts import render
from django.urls import reverse
from django.views.generic import FormView

from accounts.access import Guarded, fetch, guarded, may
from accounts.roles import Permission
from procurement.forms.standard import StandardForm, line_of
from procurement.models import CatalogueItem, StandardSet
from procurement.reports import standard as reports
from procurement.services import standard as services
from procurement.views.catalogue import district_of
from records import clock
from records.idempotency import once_for
from records.pages import RefusalsInForm

VIEW, KEEP = Permission.PROJECT_VIEW, Permission.STANDARD_KEEP
RELATED = ("organisation", "item", "created_by")


@guarded(VIEW, methods=("GET", "HEAD"))
def standard_list(request):
    district, choices = district_of(request)
    context = {
        "districts": choices if len(choices) > 1 else [],
        "district": district,
        "columns": reports.COLUMNS,
        "rows": reports.item_rows(district),
        "may_keep": may(request.user, KEEP),
    }
    return render(request, "procurement/standard_list.html", context)


@guarded(VIEW, methods=("GET", "HEAD"))
def standard_detail(request, pk):
    one = fetch(StandardSet.objects.select_related(*RELATED).prefetch_related("rows"), request.user, pk=pk)
    context = {
        "one": one,
        "columns": reports.ROW_COLUMNS,
        "rows": reports.standard_rows(one),
        "facts": reports.facts_of(one),
        "history_columns": reports.HISTORY_COLUMNS,
        "history": reports.history_rows(one),
        "may_keep": may(request.user, KEEP, one),
    }
    return render(request, "procurement/standard_detail.html", context)


class StandardKeep(Guarded, RefusalsInForm, FormView):
    """A new set; ``?item=`` begins from what is in force."""

    permission = KEEP
    form_class = StandardForm
    template_name = "procurement/standard_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self):
        code = self.request.GET.get("item", "")
        item = CatalogueItem.objects.filter(code=code).first() if len(code) <= 8 else None
        own = StandardSet.objects.visible_to(self.request.user).filter(item=item).order_by("-valid_from").first() if item else None
        if own is None:
            return {"item": item, "valid_from": clock.today()}
        lines = [line_of(row.get_category_display(), row.name, row.measure, row.target) for row in own.rows.all()]
        return {"item": item, "organisation": own.organisation, "document": own.document, "rows": "\n".join(lines)}

    def save(self, form):
        with once_for(self.request, "procurement.standard_keep") as slot:
            if not slot.done:
                slot.result = services.keep_standards(by=self.request.user, **form.cleaned_data).pk
        return slot.result

    def get_success_url(self):
        return reverse("procurement:standard_detail", args=[self.saved])
