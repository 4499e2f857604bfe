"""The frame of every endpoint: same scope, permissions and refusals as the pages; pages by key; errors as problem JSON."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions, mixins, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.access import may
from accounts.models import ApiToken
from records.idempotency import fingerprint_of, once
from records.refusals import Refused

PROBLEM = "application/problem+json"


class HasPermission(BasePermission):
    """``view.permissions[action]`` (or ``view.permission``) is needed at the object; a read-only token writes nothing."""

    message = "您的岗位没有办理此事项的权限。"

    def has_permission(self, request, view):
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken) and request.auth.read_only and request.method not in SAFE_METHODS:
            self.message = "此令牌只能读取。请生成允许写入的令牌。"
            return False
        return may(request.user, permission_of(view))

    def has_object_permission(self, request, view, obj):
        return may(request.user, permission_of(view), obj)


class HoldsPermission(HasPermission):
    """For papers that hang from no organisation (the programmes of the guide): the permission itself, held anywhere, is enough."""

    def has_object_permission(self, request, view, obj):
        return True


def permission_of(view):
    return getattr(view, "permissions", {}).get(view.action, view.permission)


class KeysetPages(CursorPagination):
    """Pages by key: the hundredth costs what the first costs; no total is counted."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-pk"

    def get_ordering(self, request, queryset, view):
        return getattr(view, "keyset_ordering", ("-pk",))

    def paginate_queryset(self, queryset, request, view=None):
        """A cursor that this list never gave out is 404, whatever it holds."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError):
            if self.cursor_query_param not in request.query_params:
                raise
            raise exceptions.NotFound(self.invalid_cursor_message) from None


class Scoped:
    """Rows begin with ``visible_to(user)``. Set ``queryset``, ``serializer_class``, ``filterset_class``, ``permission``."""

    permission_classes = (HasPermission,)
    pagination_class = KeysetPages
    permission = None
    permissions: dict = {}

    def get_queryset(self):
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.visible_to(self.request.user)

    def initial(self, request, *args, **kwargs):
        """A write with the header ``Idempotency-Key`` is done once: the same key again answers with what was made (D07)."""
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key", "")
        if key and request.method not in SAFE_METHODS:
            name = request.method.lower()
            setattr(self, name, self.done_once(getattr(self, name), key))

    def done_once(self, handler, key: str):
        def answer(request, *args, **kwargs):
            with once(request.user, f"api {request.path}"[:80], key, fingerprint_of(dict(request.data))) as slot:
                if slot.done:
                    row = self.get_queryset().get(pk=slot.result["pk"])
                    return Response(self.get_serializer(row).data, status=slot.result["status"])
                response = handler(request, *args, **kwargs)
                slot.result = {"pk": response.data["id"], "status": response.status_code}
                return response

        return answer


class ReadViewSet(Scoped, viewsets.ReadOnlyModelViewSet):
    pass


class WriteViewSet(Scoped, mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Creates and updates through a service: serializers' ``create``/``update`` call it with ``by=request.user``."""

    http_method_names = ("get", "head", "options", "post", "patch")


def problem(status: int, title: str, detail: str, **more) -> Response:
    kind = more.pop("kind", "about:blank")
    return Response({"type": kind, "title": title, "status": status, "detail": detail, **more}, status=status, content_type=PROBLEM)


def document_problems(result, generator, request, public):
    """Every operation may refuse: one answer ``4XX`` of one shape, as ``handle`` gives it."""
    text, whole, yes = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
    breach = {"type": "object", "properties": {"rule": text, "clause": text, "message": text, "binding": yes}}
    shown = {"type": text, "title": text, "status": whole, "detail": text}
    more = {"breaches": {"type": "array", "items": breach}, "errors": {"type": "object"}}
    result["components"]["schemas"]["Problem"] = {"type": "object", "properties": shown | more, "required": list(shown)}
    answer = {"description": "拒绝：原因、规则和依据", "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"].setdefault("4XX", answer)
    return result


TITLES = {
    400: "提交的内容有误",
    401: "请先登录或提供令牌",
    403: "没有权限",
    404: "找不到",
    405: "不支持的操作",
    406: "不支持的格式",
    409: "内容已被他人修改",
    415: "不支持的内容类型",
    422: "规则不允许",
    429: "请求过于频繁",
    500: "系统没有完成这次操作",
    503: "系统暂时不能使用",
}


def outside(status: int, detail: str) -> dict:
    """The problem document for what no endpoint answers: an unknown address, a fault of the server."""
    return {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}


def handle(error, context):
    """DRF's exception handler: every refusal becomes a problem document with its rule and clause."""
    if isinstance(error, Refused):
        set_rollback()
        breaches = [{"rule": b.rule, "clause": str(b.clause), "message": b.message, "binding": b.binding} for b in error.breaches]
        return problem(error.status, TITLES[error.status], str(error), breaches=breaches, kind="urn:yimen:refused")
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    elif isinstance(error, ValidationError):
        set_rollback()
        return problem(400, TITLES[400], "；".join(error.messages), errors=getattr(error, "message_dict", {}))
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return _api_problem(error)


def _api_problem(error) -> Response:
    status, more = error.status_code, {}
    if isinstance(error, exceptions.ValidationError):
        more["errors"] = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        detail = "请按各字段的提示修改后重新提交。"
    else:
        detail = "找不到所请求的内容，或不在您的管辖范围内。" if status == 404 else str(error.detail)
    response = problem(status, TITLES.get(status, error.default_detail), detail, **more)
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        response["Retry-After"] = f"{error.wait:.0f}"
    return response
