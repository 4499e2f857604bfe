import secrets

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from accounts.wallclock import today

POSTS = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}


class Command(BaseCommand):
    help = "建立市级系统、安全、审计三名管理员（三个不同的人），打印一次性初始密码。已有管理员时拒绝。"

    def add_arguments(self, parser):
        for post, role in POSTS.items():
            parser.add_argument(f"--{post}", required=True, metavar="用户名=姓名", help=f"{role.label}，例如 zhangsan=张三")

    def handle(self, **options):
        city = Organisation.objects.filter(kind=Organisation.Kind.CITY).first()
        if city is None:
            raise CommandError("还没有组织树。请先运行 manage.py load_divisions。")
        if Membership.objects.active(today()).filter(organisation=city, role__in=POSTS.values()).exists():
            raise CommandError("已有市级管理员。新增或更换请由他们在“用户与岗位”中办理。")
        people = {post: options[post].partition("=")[::2] for post in POSTS}
        if len({username for username, _ in people.values()}) != 3 or not all(username and name for username, name in people.values()):
            raise CommandError("请给出三个不同的人，每个写成 用户名=姓名。")
        with transaction.atomic():
            for post, (username, name) in people.items():
                self.stdout.write(self.create(city, POSTS[post], username, name))
        self.stdout.write("请立即当面交给本人；首次登录须修改密码并绑定动态口令。")

    def create(self, city, role, username: str, name: str) -> str:
        if User.objects.filter(username=username).exists():
            raise CommandError(f"用户名“{username}”已被使用。")
        password = secrets.token_urlsafe(12)
        user = services.create_user(username=username, name=name, password=password, by=None)
        services.appoint(user, city, role, by=None)
        return f"{role.label}：{name}　用户名 {username}　初始密码 {password}"
