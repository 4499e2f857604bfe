"""The purchase catalogue with the district's own guidance list (P-06): nothing outside both is bought."""

from django.shortcuts import render
from django.urls import reverse
from django.views.generic import FormView

from accounts.access import Guarded, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.catalogue import GuidanceForm
from procurement.reports import catalogue as reports
from procurement.services import catalogue as services
from records import clock
from records.idempotency import once_for
from records.pages import RefusalsInForm


def district_of(request):
    """(the district asked for or the only one, those to choose from)."""
    districts = organisations_for(request.user, Permission.PROJECT_VIEW).filter(kind=Organisation.Kind.BUREAU).valid(clock.today())
    chosen = districts.filter(pk=request.GET["district"]).first() if request.GET.get("district", "").isdecimal() else None
    choices = list(districts.order_by("path")[:60])
    return chosen or (choices[0] if len(choices) == 1 else None), choices


@guarded(Permission.PROJECT_VIEW, methods=("GET", "HEAD"))
def catalogue_list(request):
    district, choices = district_of(request)
    context = {
        "districts": choices if len(choices) > 1 else [],
        "district": district,
        "columns": reports.COLUMNS,
        "rows": reports.catalogue_rows(district, clock.today(), managing=may(request.user, Permission.GUIDANCE_LIST, district)),
        "may_list": may(request.user, Permission.GUIDANCE_LIST),
    }
    return render(request, "procurement/catalogue_list.html", context)


class GuidanceCreate(Guarded, RefusalsInForm, FormView):
    """Enter what the district government has published as its guidance catalogue."""

    permission = Permission.GUIDANCE_LIST
    template_name = "procurement/guidance_form.html"
    form_class = GuidanceForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def save(self, form):
        data = form.cleaned_data
        with once_for(self.request, "procurement.guidance") as slot:
            if not slot.done:
                services.list_in_guidance(
                    data["organisation"], data["items"], document=data["document"], valid_from=data["valid_from"], by=self.request.user
                )
                slot.result = data["organisation"].pk

    def get_success_url(self):
        return reverse("procurement:catalogue_list")
