"""P-19: a district keeps its own service standards by date, and a draft is filled from them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from procurement.models import CatalogueItem, DistrictStandard, StandardSet
from procurement.rules import standard as rules
from procurement.services import standard as services
from records import clock
from records.refusals import Refused
from tests.procurement import factories
from tests.procurement.test_pages import key

NEW = reverse("procurement:standard_keep")
GOOD = ("上门及时率", "抽查派单与到达时间", "≥ 95%")


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([GOOD], False),
        ([("响应时间", "抽查", "两小时内")], False),
        ([("服务态度", "抽查", "良好")], True),
        ([("上门及时率", "", "≥ 95%")], True),
        ([GOOD, GOOD], True),
        ([], True),
    ],
)
def test_p19_a_standard_can_be_assessed_and_stands_once(rows, refused):
    assert bool(list(rules.row_breaches(rows))) is refused


def test_p19_standards_are_neither_dated_back_nor_before_the_last_ones():
    today = date(2026, 6, 1)
    assert not list(rules.date_breaches(today, on=today, latest=date(2026, 1, 1)))
    assert list(rules.date_breaches(date(2026, 5, 31), on=today, latest=None))
    assert list(rules.date_breaches(date(2026, 7, 1), on=today, latest=date(2026, 7, 1)))


@pytest.mark.django_db
def test_p19_a_set_kept_on_the_page_fills_the_next_draft_and_leaves_the_one_before(chongqing, browse):
    office, today = factories.make_office(chongqing), clock.today()
    client, item = browse(office.officer), CatalogueItem.objects.get(code="B1")
    before = factories.make_draft(office)
    data = {"organisation": office.bureau.pk, "item": item.pk, "document": "区民发〔2026〕12号（示例）", "valid_from": today}
    vague = client.post(NEW, {**data, "rows": "质量｜服务态度｜抽查｜良好"} | key(client, NEW))
    assert vague.status_code == 422 and "不便于考核" in vague.content.decode()
    lines = "时效｜上门及时率｜抽查派单与到达时间｜≥ 95%\n安全｜服务安全事故｜核对事故台账｜0 起"
    made = client.post(NEW, {**data, "rows": lines} | key(client, NEW), follow=True)
    assert "服务安全事故" in made.content.decode() and AuditEvent.objects.filter(action="procurement.standardset.kept").count() == 1
    names = list(factories.make_draft(office, name="后立项的服务").standards.values_list("name", flat=True))
    assert names == ["上门及时率", "服务安全事故"]
    assert before.standards.count() == item.standards.count() == 3
    listed = client.get(reverse("procurement:standard_list")).content.decode()
    assert "区民发〔2026〕12号（示例）" in listed and "目录示例" in listed
    again = client.get(f"{NEW}?item=B1").content.decode()
    assert "安全｜服务安全事故｜核对事故台账｜0 起" in again


@pytest.mark.django_db
def test_p19_a_revision_ends_the_set_before_on_the_eve_and_another_district_is_out_of_reach(chongqing, browse):
    office, today = factories.make_office(chongqing), clock.today()
    item, later = CatalogueItem.objects.get(code="B1"), clock.today() + timedelta(days=10)
    row = {"category": "time", "name": "上门及时率", "measure": "抽查", "target": "≥ 90%"}
    facts = {"organisation": office.bureau, "item": item, "document": "示例", "by": office.officer}
    first = services.keep_standards(valid_from=today, rows=[row], **facts)
    services.keep_standards(valid_from=later, rows=[row | {"target": "≥ 95%"}], **facts)
    first.refresh_from_db()
    assert first.valid_to == later - timedelta(days=1)
    targets = [services.standards_for(office.bureau, item, day)[0]["target"] for day in (today, later)]
    assert targets == ["≥ 90%", "≥ 95%"]
    with pytest.raises(Refused, match="应晚于该日"):
        services.keep_standards(valid_from=today, rows=[row], **facts)
    foreign = chongqing.districts[1].bureau
    client = browse(office.officer)
    refused = client.post(NEW, {"organisation": foreign.pk, "item": item.pk, "document": "示例", "valid_from": later, "rows": "x"})
    assert "organisation" in refused.context["form"].errors
    StandardSet.objects.filter(pk=first.pk).update(organisation=foreign)
    assert client.get(reverse("procurement:standard_detail", args=[first.pk])).status_code == 404
    assert DistrictStandard.objects.count() == 2
