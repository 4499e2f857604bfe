"""Visits at home as the pages show them. Nothing here writes."""

from django.urls import reverse

from accounts.access import may
from accounts.models import Membership, Organisation, User
from accounts.roles import Permission
from records import clock
from windows.models import Case, HomeVisit

CLAUSE = "民发〔2021〕57号 第十六条"
ORGANISATIONS = (Organisation.Kind.TOWNSHIP, Organisation.Kind.VILLAGE)


def posted_at(case: Case):
    """Who has a post today at the township, or at one of its villages."""
    posts = Membership.objects.active(clock.today()).order_by()
    posts = posts.filter(organisation__kind__in=ORGANISATIONS, organisation__path__startswith=case.organisation.path)
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("name", "pk")


def guide_of(case: Case) -> str:
    """The assistant of the applicant's village, who usually leads the way."""
    if case.village_id is None:
        return ""
    posts = Membership.objects.active(clock.today()).filter(organisation=case.village_id, user__is_active=True).order_by("pk")
    return posts.values_list("user__name", flat=True).first() or ""


def of_case(user, case: Case) -> list[HomeVisit]:
    """The standing versions, for those who may read them."""
    if not may(user, Permission.INQUIRY_VIEW, case.organisation):
        return []
    return list(case.visits.standing().only("pk", "case_id", "step_id", "visited_on"))


def facts(visit: HomeVisit) -> list[dict]:
    way = f"视频（{visit.video_reason}）" if visit.by_video else "入户"
    found = [
        {"label": "申请", "value": str(visit.case), "url": reverse("windows:case_detail", args=[visit.case_id])},
        {"label": "日期", "value": f"{visit.visited_on:%Y-%m-%d}　{way}"},
        {"label": "调查人员", "value": "、".join(visit.investigators), "clause": CLAUSE},
        {"label": "带路人员", "value": visit.village_guide or "—"},
        {"label": "被访人", "value": f"{visit.met}（{visit.met_relation}）"},
        {"label": "被访人签字", "value": "已签字" if visit.signed else f"没有签字：{visit.unsigned_reason}"},
        {"label": "登记", "value": f"{visit.recorded_by} {clock.local_day(visit.recorded_at):%Y-%m-%d}"},
    ]
    if visit.replaces_id:
        url = reverse("windows:visit_detail", args=[visit.replaces_id])
        found.append({"label": "更正前一版", "value": "查看原记录", "url": url, "help": f"更正原因：{visit.correction_reason}"})
    return found


def texts(visit: HomeVisit) -> list[tuple[str, str]]:
    names = ("family", "housing", "work", "living", "finding")
    return [(str(HomeVisit._meta.get_field(name).verbose_name), getattr(visit, name)) for name in names]


def initial(visit: HomeVisit, people) -> dict:
    """A correction begins with what stands."""
    names = visit.investigators
    posted = {user.name: user.pk for user in people if user.name in names}
    own = ("visited_on", "met", "met_relation", "village_guide", "family", "housing", "work", "living", "finding")
    asked = ("by_video", "video_reason", "signed", "unsigned_reason")
    others = "、".join(name for name in names if name not in posted)
    return {name: getattr(visit, name) for name in (*own, *asked)} | {"people": list(posted.values()), "others": others}


def successor(visit: HomeVisit) -> HomeVisit | None:
    return HomeVisit.objects.filter(replaces=visit).only("pk").first()
