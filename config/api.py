"""The one router: /api/v1/. Each app's ``api.register(router)`` adds its own endpoints."""

from functools import cache

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.routers import DefaultRouter

from accounts.access import signed_in
from contractors import api as contractors_api
from evaluation import api as evaluation_api
from procurement import api as procurement_api
from records import api_accounts
from staffing import api as staffing_api
from windows import api as windows_api

router = DefaultRouter(trailing_slash=True)
router.include_root_view = False
router.include_format_suffixes = False  # there is one format
APPS = (
    api_accounts,
    procurement_api,
    staffing_api,
    windows_api,
    contractors_api,
    evaluation_api,
)
for api in APPS:
    api.register(router)


@cache
def document() -> dict:
    """The OpenAPI document. Drawing it takes about a second and it only changes with the code: once for each process."""
    return SchemaGenerator().get_schema(request=None, public=True)


@signed_in
@require_safe
def schema(request):
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@signed_in
@require_safe
def documentation(request):
    """The OpenAPI document as a page: what there is, what it takes, what it answers. Drawn here, no script, no other host."""
    schema = document()
    return render(request, "config/api_docs.html", {"groups": grouped(schema), "info": schema["info"]})


def grouped(schema) -> list[tuple[str, list[dict]]]:
    """Operations by first path part: [(group, [{method, path, summary, parameters, answers}])]."""
    groups: dict[str, list[dict]] = {}
    for url, methods in schema["paths"].items():
        for method, operation in methods.items():
            row = {
                "method": method.upper(),
                "path": url,
                "summary": operation.get("description", operation["operationId"]).strip(),
                "parameters": [(p["name"], p["in"], p.get("description", "")) for p in operation.get("parameters", [])],
                "answers": sorted(operation["responses"]),
            }
            groups.setdefault(url.removeprefix("/api/v1/").split("/")[0], []).append(row)
    return sorted(groups.items())


urlpatterns = [
    path("me/", api_accounts.me, name="me"),
    path("schema/", schema, name="schema"),
    path("docs/", documentation, name="docs"),
    *router.urls,
]
