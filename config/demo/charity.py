"""Need meets charity: one need met and confirmed, one asked for with an offer waiting, one to be read by the lead."""

from datetime import timedelta
from decimal import Decimal

from config.demo.organisation import CHARITY
from config.demo.timing import at, workday
from records import clock
from windows.models import Case, CharityNeed
from windows.services import charities, charity_needs, charity_offers
from windows.services.charity_needs import Draft

CONSENT = {"consent_giver": "SELF", "consent_way": "SIGNED"}
ROOF = {
    "gap": "UNCOVERED", "gap_note": "不属于危房改造对象，现行政策没有涵盖（演示）。", "category": "HOUSING", "kind": "GOODS",
    "what": "屋面防水材料", "quantity": Decimal(40), "unit": "平方米", "situation": "该户房屋漏雨，家中没有劳动力，能自请工匠（演示）。",
}  # fmt: skip
CARE = {
    "gap": "BEYOND", "gap_note": "已先行救助，住院自付部分仍有缺口（演示）。", "category": "MEDICAL", "kind": "MONEY",
    "what": "住院自付费用", "quantity": Decimal(5000), "unit": "元", "situation": "该户一人突发疾病住院，自付费用超出承受能力（演示）。",
}  # fmt: skip
SCHOOL = {
    "gap": "BEYOND", "gap_note": "已获救助，孩子返校仍有困难（演示）。", "category": "EDUCATION", "kind": "GOODS",
    "what": "床上用品和学习用品", "quantity": Decimal(2), "unit": "套", "situation": "该户两个孩子住校，缺少被褥和学习用品（演示）。",
}  # fmt: skip


def tell(place, users) -> None:
    if CharityNeed.objects.exists():
        return
    clerk, lead, officer, giver, today = (*(users[name] for name in ("chuangkou", "zhenzhang", "jiuzhu", "cishan")), clock.today())
    with at(workday(today - timedelta(days=25)), 9):
        charity = verified(place, officer)
    roof, care, school = (case_of(place.townships[0], code) for code in ("OTHER", "TEMPORARY_URGENT", "DIBAO"))
    with at(workday(today - timedelta(days=1)), 11):
        need = ask(roof, clerk, **ROOF, share_name=True, share_phone=True)
        need = charity_needs.publish(need.pk, checked=True, version=need.version, by=lead)
        row = charity_offers.offer(need.pk, charity, quantity=need.quantity, ready_on=today, note="可以送到场镇（演示）。", by=giver)
        row = charity_offers.match(row.pk, hand={"name", "phone"}, version=row.version, by=lead)
    given = {"delivered_on": today, "delivered": row.quantity, "evidence": "签收单 0001 号（演示）"}
    row = charity_offers.deliver(row.pk, version=row.version, by=giver, **given)
    charity_offers.confirm(row.pk, confirmed_on=today, how="到户查看，材料已送到（演示）。", version=row.version, by=clerk)
    need = ask(care, clerk, **CARE, share_name=True)
    need = charity_needs.publish(need.pk, checked=True, version=need.version, by=lead)
    ready = today + timedelta(days=7)
    charity_offers.offer(need.pk, charity, quantity=Decimal(2000), ready_on=ready, note="先解决一部分（演示）。", by=giver)
    ask(school, clerk, **SCHOOL)


def verified(place, officer):
    facts = {
        "form": "CHARITY", "registration": "演示登字第 001 号", "registrar": "演示民政局", "scope": "困难家庭帮扶（演示）",
        "contact": "慈珊", "phone": "12300000099", "checked_on": clock.today(), "checked_how": "查验登记证书和慈善组织认定（演示）。",
    }  # fmt: skip
    register = charities.Register(name=CHARITY[0], uscc=place.charity.code, **facts)
    return charities.register(place.bureau, register, by=officer)


def case_of(township, code: str) -> Case:
    return Case.objects.filter(organisation=township, programme_code=code).exclude(status=Case.Status.WITHDRAWN).order_by("pk").first()


def ask(case: Case, clerk, **typed) -> CharityNeed:
    draft = Draft(consent_on=clock.today(), **CONSENT, **typed)
    return charity_needs.register(case.pk, draft, seen=charity_needs.preview(case, draft).digest(), by=clerk)
