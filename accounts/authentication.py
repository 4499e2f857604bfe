"""API tokens: ``Authorization: Bearer ym_…``. A token acts as its user and ends with the user's account, post or its own date."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiToken, Membership
from accounts.reach import narrow
from accounts.services import token_hash
from accounts.wallclock import today


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("令牌格式不正确：应为 Authorization: Bearer 令牌。")
        token = (
            ApiToken.objects.select_related("user", "organisation")
            .filter(secret_hash=token_hash(parts[1].decode("ascii", "replace")))
            .first()
        )
        if token is None or token.revoked_at or token.expires_on < today() or not token.user.is_active:
            raise AuthenticationFailed("令牌无效、已过期或已吊销。请在“我的账号”中重新生成。")
        if token.kind == ApiToken.Kind.SYSTEM:
            keep_to_its_place(token)
        if token.last_used_on != today():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today())
        return token.user, token

    def authenticate_header(self, request):
        return 'Bearer realm="yimen"'


def keep_to_its_place(token: ApiToken) -> None:
    """A program's account acts where its token was issued and nowhere else, for as long as it holds a post of its own there."""
    posts = Membership.objects.active(today()).filter(user=token.user, organisation=token.organisation, deputy_for=None)
    if not token.user.is_program or not posts.exists():
        raise AuthenticationFailed("令牌所属账号已不在签发单位任职，令牌停用。请联系签发单位的安全管理员。")
    narrow(token.user, token.organisation.path)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "在“我的账号 → 接口令牌”中生成。"}
