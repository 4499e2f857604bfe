"""采购包: each lot a project of its own, one total for the thresholds, announced together, at most so many for one supplier."""

import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from procurement import exchange_ocds
from procurement.models import Award, Bid, Package, Project, Release, Standing, Tender
from procurement.services import award as awards
from procurement.services import gates, lots, notice_text, ocds, package, publication
from procurement.services import tender as tenders
from records import clock
from records.refusals import Refused
from tests.contractors.factories import make_contractor
from tests.factories import make_chongqing
from tests.kept import fixture_of
from tests.procurement.factories import make_complete_draft, make_office
from tests.procurement.ocds_schema import errors

pytestmark = pytest.mark.django_db
D = Decimal


def scene_once():
    chongqing = make_chongqing()
    office = make_office(chongqing)
    return SimpleNamespace(chongqing=chongqing, office=office)


office = fixture_of("office")


@pytest.fixture
def two(office):
    """A draft of 480,000 元 as lot 1, reserved for small suppliers (P-14), and lot 2 beside it."""
    first = make_complete_draft(office)
    Project.objects.filter(pk=first.pk).update(set_aside="whole")
    second = package.add_lot(first.pk, name="第二片区上门照料", version=first.version, by=office.officer)
    first.refresh_from_db()
    return first, second


def test_a_second_lot_takes_over_demands_scale_and_surveys_but_no_money(two):
    first, second = two
    assert (first.lot_number, second.lot_number, second.package_id) == (1, 2, first.package_id)
    assert second.code != first.code
    assert [f.name for f in second.factors.all()] == [f.name for f in first.factors.all()]
    assert second.consultations.count() == first.consultations.count() == 1
    assert (second.ceiling, second.quantity, second.fundings.count(), second.set_aside) == (None, None, 0, "whole")


def test_the_api_finds_the_lots_of_a_purchase_by_any_of_them(two, office, browse):
    first, second = two
    client = browse(office.officer)

    def found(**query):
        return [[lot["code"] for lot in row["lots"]] for row in client.get("/api/v1/packages/", query).json()["results"]]

    assert found(project=second.pk) == found(q=second.code) == found() == [[first.code, second.code]]
    assert found(project=10**9) == found(q="没有这个") == []


def test_a_lot_number_is_given_once_and_never_without_a_package(two, office):
    first, second = two
    for change in ({"lot_number": 1}, {"package": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=second.pk).update(**change)


def test_p26_the_total_of_all_lots_decides_the_method(two):
    first, second = two
    Project.objects.filter(pk=first.pk).update(ceiling=D("2100000"), plan_amount=D("2100000"))
    Project.objects.filter(pk=second.pk).update(ceiling=D("2000000"), plan_amount=D("2000000"))
    first.refresh_from_db()
    assert lots.total_ceiling(first) == D("4100000")
    found = [b for b in gates.publication_breaches(first, on=clock.today()) if b.rule == "P-26"]
    assert "4,100,000.00" in found[0].message


def test_p54_the_committee_is_measured_by_the_budget_and_by_all_lots_together(two):
    first, _ = two
    Project.objects.filter(package=first.package_id).update(ceiling=D("2100000"), plan_amount=D("2100000"))
    first.refresh_from_db()
    assert tenders.least_committee(Tender(project=first)) == 5  # 4,200,000 together
    first.method, first.plan_amount, first.ceiling = "OPEN", D("10000000"), D("9000000")
    assert tenders.least_committee(Tender(project=first)) == 7


def test_p27_lots_go_out_together_and_by_one_method(two):
    first, second = two
    Project.objects.filter(pk=second.pk).update(method="OPEN")
    messages = [b.message for b in lots.together_breaches(first)]
    assert [b.rule for b in lots.together_breaches(first)] == ["P-27", "P-27"]
    assert "包 2" in messages[0] and "公开招标" in messages[1]


# --- in public ------------------------------------------------------------------------------------------------------------


def announce(project, kind, office, **detail):
    Project.objects.filter(pk=project.pk).update(announced_at=clock.now())
    project.refresh_from_db()
    return publication.paper(project, kind, "示例公告", {"sections": [("一", ["示例"])]}, office.officer, **detail)


def test_the_lots_of_a_purchase_are_one_contracting_process_with_zero_schema_errors(contest, office, official):
    tenders, firms = contest
    chosen = choose(tenders[0], firms[0], office)
    for tender in tenders:
        announce(tender.project, "notice", office)
    announce(tenders[0].project, "result", office, award=chosen.pk)
    releases = [row.body for row in Release.objects.order_by("position")]
    assert [errors(official, body) for body in releases] == [[], [], []]
    assert {body["ocid"] for body in releases} == {ocds.ocid(tenders[0].project)}
    assert [body["tag"] for body in releases] == [["tender"], ["tenderUpdate"], ["award"]]
    last = releases[-1]
    lots_told = last["tender"]["lots"]
    assert [(lot["id"], lot["value"]["amount"]) for lot in lots_told] == [("1", 500000), ("2", 500000)]
    assert last["tender"]["value"]["amount"] == 1_000_000
    assert last["tender"]["lotDetails"] == {"maximumLotsAwardedPerSupplier": 1}
    assert {item["relatedLot"] for item in last["tender"]["items"]} == {"1", "2"}
    assert [(award["relatedLots"], award["relatedBid"]) for award in last["awards"]] == [(["1"], chosen.bid.receipt)]
    assert [(bid["relatedLots"], bid["value"]["amount"]) for bid in last["bids"]["details"]] == [(["1"], 400001)]
    records = list(exchange_ocds.records_of(exchange_ocds.released().order_by("process", "position")))
    assert [len(record["releases"]) for record in records] == [3]
    assert Client().get(reverse("ocds_records")).json()["records"] == records
    assert len(Client().get(reverse("ocds_project", args=[tenders[1].project.code])).json()["releases"]) == 3


def test_a_lot_that_nobody_announced_is_in_no_release_and_on_no_public_page(two, office):
    first, second = two
    announce(first, "intent", office)
    told = json.dumps(Release.objects.get().body, ensure_ascii=False)
    assert second.name not in told and second.code not in told
    page = Client().get(reverse("public_lots", args=[first.code])).content.decode()
    assert first.name in page and second.name not in page and "480,000" not in page


def test_one_public_address_lists_the_lots_with_their_deadlines(contest, office, count_queries, browse):
    tenders, firms = contest
    for tender in tenders:
        announce(tender.project, "notice", office)
    first, second = (tender.project for tender in tenders)
    url = reverse("public_lots", args=[first.code])
    page = Client().get(url).content.decode()
    due = f"{localtime(tenders[1].bid_deadline):%Y-%m-%d %H:%M}"
    assert (
        all(text in page for text in ("包 1", "包 2", second.code, due, "1 个包，按包号顺序确定"))
        and firms[0].organisation.name not in page
    )
    assert Client().get(reverse("public_lots", args=[second.code])).headers["Location"] == url
    assert url in Client().get(reverse("public_project_detail", args=[second.code])).content.decode()
    assert "包 2" in Client().get(reverse("public_project_list")).content.decode()
    assert f'href="{url}"' in browse(office.officer).get(reverse("procurement:project_lots", args=[second.pk])).content.decode()
    assert any(url in line for line in notice_text.lot_lines(second))
    assert count_queries(Client(), url) <= 12


def ranked(project, firms, by):
    """A ranked tender of this lot; ``firms`` best first."""
    now = clock.now()
    Project.objects.filter(pk=project.pk).update(status="evaluated", published_at=now, plan_amount=D("500000"), ceiling=D("500000"))
    tender = Tender.objects.create(
        project=project, status="ranked", bid_deadline=now, opening_at=now, opened_at=now, published_at=now, ranked_at=now,
        ceiling=D("500000"), public_key=b"k", created_by=by,
    )  # fmt: skip
    for rank, firm in enumerate(firms, start=1):
        bid = Bid.objects.create(
            tender=tender, contractor=firm, status="valid", receipt=f"L{project.pk}-{rank}", commitment="0" * 64, submitted_by=by,
            received_at=now, opened_at=now, quote=D(400000 + rank),
        )  # fmt: skip
        Standing.objects.create(
            bid=bid, evaluated_price=bid.quote, price_points=20, quality_points=60 - rank, performance_points=0, total=80 - rank,
            rank=rank, quality_rank=rank,
        )  # fmt: skip
    return tender


@pytest.fixture
def contest(two, office):
    """Both lots ranked with the same best supplier; nobody may win more than one."""
    first, second = two
    Package.objects.update(award_limit=1)
    firms = [make_contractor(by=office.officer) for _ in range(2)]
    return [ranked(project, firms, office.officer) for project in (first, second)], firms


def choose(tender, firm, office):
    bid = tender.bids.get(contractor=firm)
    return awards.confirm_award(tender.pk, bid_id=bid.pk, reason="综合得分最高", by=office.chief)


def test_t12_a_supplier_at_its_limit_is_passed_over_for_the_next(contest, office):
    tenders, firms = contest
    choose(tenders[0], firms[0], office)
    with pytest.raises(Refused, match="每家最多成交 1 个包"):
        choose(tenders[1], firms[0], office)
    assert choose(tenders[1], firms[1], office).rank == 2
    assert Award.objects.in_force().count() == 2


def test_an_award_of_a_lot_that_was_ended_counts_for_no_limit(contest, office):
    tenders, firms = contest
    choose(tenders[0], firms[0], office)
    assert lots.lots_won(tenders[1].project, firms[0]) == ["包 1"]
    Project.objects.filter(pk=tenders[0].project_id).update(status="terminated", closing_reason="任务取消")
    assert lots.lots_won(tenders[1].project, firms[0]) == []


def test_t12_with_a_limit_lots_are_decided_by_number(contest, office):
    tenders, firms = contest
    with pytest.raises(Refused, match="包 1尚未确定"):
        choose(tenders[1], firms[0], office)


def test_the_limit_is_fixed_once_a_lot_is_announced(two, office):
    first, _ = two
    group = Package.objects.get()
    group = package.set_award_limit(group.pk, limit=1, version=group.version, by=office.officer)
    Project.objects.filter(pk=first.pk).update(published_at=clock.now())
    with pytest.raises(Refused, match="不能再改"):
        package.set_award_limit(group.pk, limit=2, version=group.version, by=office.officer)


def test_the_lots_of_a_purchase_stand_on_one_page(two, office, browse):
    first, second = two
    page = browse(office.officer).get(reverse("procurement:project_lots", args=[first.pk])).content.decode()
    assert "包 2" in page and second.name in page
    client = browse(office.officer)
    answer = client.post(reverse("procurement:lot_new", args=[first.pk]), {"name": "第三片区", "version": first.version})
    assert (answer.status_code, Project.objects.filter(package=first.package_id).count()) == (302, 3)


def test_p59_a_failed_purchase_begins_anew_as_a_draft_with_the_same_content(office, browse):
    failed = make_complete_draft(office)
    with pytest.raises(Refused, match="废标的项目"):
        package.repeat_project(failed.pk, reason="重来", by=office.officer)
    Project.objects.filter(pk=failed.pk).update(status="failed", published_at=clock.now(), closing_reason="供应商不足")
    url = reverse("procurement:project_repeat", args=[failed.pk])
    assert "供应商不足" in browse(office.officer).get(url).content.decode()
    assert browse(office.officer).post(url, {"note": "放宽响应时间"}).status_code == 302
    again = Project.objects.latest("pk")
    assert (again.status, again.ceiling, again.plan_number) == ("draft", failed.ceiling, "")
    assert failed.code in again.method_reason
    assert again.fundings.count() == 0
