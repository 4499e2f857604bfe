"""The guide for everybody, without signing in: what there is, for whom, with which papers, how long it takes, where to go."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import public
from records import clock
from records.listing import KeysetPage
from windows.forms.guide import GuideSearch
from windows.models import GuideText
from windows.reports import guide as reports

SHOWN_TEXTS = 8


def asked(request) -> tuple[GuideSearch, str, object]:
    """(form, words, district) of this address; a district that is not there is the whole city."""
    form = GuideSearch(request.GET, districts=reports.districts())
    form.is_valid()
    return form, form.cleaned_data.get("q", ""), form.cleaned_data.get("district")


def kept(district) -> str:
    """The chosen district as the end of an address."""
    return "?" + urlencode({"district": district.code}) if district else ""


@public
@login_not_required
@require_safe
def guide(request):
    form, words, district = asked(request)
    groups: dict[str, list] = {}
    for programme in reports.programmes(words):
        groups.setdefault(programme.group, []).append(programme)
    texts = list(reports.texts(district, words=words, kind__in=(GuideText.Kind.EXPLANATION, GuideText.Kind.QUESTION))[:SHOWN_TEXTS])
    context = {"form": form, "words": words, "groups": list(groups.items()), "texts": texts, "district": district, "kept": kept(district)}
    return render(request, "windows/public_guide.html", context)


def programme_of(code: str):
    programme = reports.current(code)
    if programme is None:
        raise Http404
    return programme


@public
@login_not_required
@require_safe
def guide_programme(request, code):
    form, _, district = asked(request)
    context = {
        "form": form,
        "district": district,
        "kept": kept(district),
        "leaflet": reports.leaflet(programme_of(code), district),
        "windows": list(reports.windows(district)[:SHOWN_TEXTS]) if district else [],
    }
    return render(request, "windows/public_programme.html", context)


@public
@login_not_required
@require_safe
def guide_leaflet(request, code):
    """One page to print; its code leads back to the page on a phone."""
    _, _, district = asked(request)
    programme = programme_of(code)
    context = {
        "district": district,
        "leaflet": reports.leaflet(programme, district),
        "windows": list(reports.windows(district)[:SHOWN_TEXTS]) if district else [],
        "url": f"{settings.SITE_URL}{reverse('guide_programme', args=[programme.code])}{kept(district)}",
        "today": clock.today(),
        "back": reverse("guide_programme", args=[programme.code]) + kept(district),
    }
    return render(request, "windows/public_leaflet.html", context)


@public
@login_not_required
@require_safe
def guide_windows(request):
    """The directory of one district; the whole city would be a thousand rows that nobody reads."""
    form, words, district = asked(request)
    rows = list(reports.windows(district, words)) if district else []
    return render(request, "windows/public_windows.html", {"form": form, "district": district, "rows": rows, "kept": kept(district)})


@public
@login_not_required
@require_safe
def guide_texts(request):
    """All explanations and answers, the newest first."""
    form, words, district = asked(request)
    page = KeysetPage(reports.texts(district, words=words), order=("-published_at", "-pk"), request=request)
    return render(request, "windows/public_texts.html", {"form": form, "page": page, "rows": page.rows, "kept": kept(district)})


@public
@login_not_required
@require_safe
def guide_text(request, pk):
    text = get_object_or_404(GuideText.objects.public().select_related("organisation"), pk=pk)
    programme = reports.current(text.programme_code) if text.programme_code else None
    return render(request, "windows/public_text.html", {"text": text, "programme": programme})
