"""/api/v1/ocds/: open data for anybody, no sign-in. What is served was released before; nothing is computed from what is not public."""

from urllib.parse import urlencode

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.models import Organisation
from procurement import exchange_ocds
from procurement.models import Project, Release
from records import ratelimit
from records.api import TITLES

PUBLISHER = "重庆市社会救助服务平台"
PER_MINUTE = 120
HIGHEST = 2**63 - 1


class Unreadable(ValueError):
    """A parameter that cannot be read; the message names it."""


def answer(data: dict, status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def limited(request) -> None:
    ratelimit.check("ocds", ratelimit.client_address(request), limit=PER_MINUTE, seconds=60, fail_open=True)


def whole(request, name: str, default: int | None, highest: int) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) > highest:
        raise Unreadable(f"参数 {name} 应为 0 到 {highest} 的整数，现为“{text[:20]}”。")
    return int(text)


def district_of(request) -> Organisation | None:
    code = request.GET.get("district", "")
    if not code:
        return None
    found = Organisation.objects.filter(kind=Organisation.Kind.BUREAU, code=code).first()
    if found is None:
        raise Unreadable(f"没有代码为“{code[:20]}”的区县民政局。")
    return found


def asked(request) -> dict:
    """The filters of a reader: {rows, after, limit, kept}; ``kept`` are the parameters to carry on."""
    district, year = district_of(request), whole(request, "year", None, 9999)
    kept = {name: request.GET[name] for name in ("district", "year", "limit") if request.GET.get(name)}
    limit = max(1, whole(request, "limit", exchange_ocds.PAGE, exchange_ocds.MOST))
    after = whole(request, "after", 0, HIGHEST)
    return {"rows": exchange_ocds.released(district=district, year=year), "after": after, "limit": limit, "kept": kept}


def problem(error: Unreadable) -> JsonResponse:
    return answer({"type": "about:blank", "title": TITLES[400], "status": 400, "detail": str(error)}, status=400)


@public
@require_safe
def releases(request):
    """A package of releases after ``after`` (a position), oldest first; ``links.next`` reads on."""
    limited(request)
    try:
        wanted = asked(request)
    except Unreadable as error:
        return problem(error)
    path = reverse("ocds_releases")

    def next_uri(position):
        return exchange_ocds.address(f"{path}?{urlencode({**wanted['kept'], 'after': position})}")

    uri = exchange_ocds.address(request.get_full_path())
    page = exchange_ocds.release_page(
        wanted["rows"], after=wanted["after"], limit=wanted["limit"], uri=uri, publisher=PUBLISHER, next_uri=next_uri
    )
    return answer(page)


@public
@require_safe
def records(request):
    """Records of the processes (projects, and purchases in lots) that changed after ``after``, in the order of their last change."""
    limited(request)
    try:
        wanted = asked(request)
    except Unreadable as error:
        return problem(error)
    changed, more = exchange_ocds.changed_processes(wanted["rows"], after=wanted["after"], limit=wanted["limit"])
    position = changed[-1][1] if changed else wanted["after"]
    package = exchange_ocds.record_package(
        exchange_ocds.records_in_order([pk for pk, _ in changed]),
        uri=exchange_ocds.address(request.get_full_path()),
        publisher=PUBLISHER,
    )
    links = {"next": exchange_ocds.address(f"{reverse('ocds_records')}?{urlencode({**wanted['kept'], 'after': position})}")} if more else {}
    return answer({**package, "links": links, "position": position})


@public
@require_safe
def project(request, code):
    """Everything released of one project."""
    limited(request)
    found = get_object_or_404(Project.objects.select_related("organisation"), code=code, pk__in=Release.objects.values("project"))
    return answer(exchange_ocds.project_package(found))
