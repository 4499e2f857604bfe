"""Decisions that keep a supplier out: by form, by sheet with a preview, by date, and taken back."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from contractors import exchange, reports, services
from contractors.models import Debarment
from records import clock
from records.exports import Column, xlsx
from records.refusals import Refused
from records.sheets import read_tables
from tests.contractors.factories import code, make_contractor
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TITLES = list(exchange.COLUMNS.values())


@pytest.fixture
def finance(chongqing):
    return make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.home.bureau)


def at(name, *args):
    return reverse(f"contractors:{name}", args=args)


def line(number=1, **more) -> list:
    given = {
        "uscc": code(number), "name": f"示例公司{number}", "decision_no": f"示例财采罚〔2026〕{number}号", "issuer": "重庆市财政局",
        "starts_on": "2026-01-01", "ends_on": "2026-12-31", "ground": "提供虚假材料", "source_url": "",
    } | more  # fmt: skip
    return [given[key] for key in exchange.COLUMNS]


def sheet(*rows) -> bytes:
    return xlsx([Column(title) for title in TITLES], rows)


def seen(*rows):
    return exchange.preview(sheet(*rows), "名单.xlsx")


def test_a_sheet_is_shown_row_by_row_before_anything_is_written(finance, browse):
    known = make_contractor()
    client = browse(finance)
    data = sheet(line(1), line(2, uscc=known.uscc, name=str(known)), line(3, issuer="重庆市民政局"))
    answer = client.post(at("debarment_import"), {"upload": SimpleUploadedFile("名单.xlsx", data)})
    page = answer.content.decode()
    assert answer.status_code == 200 and "在承接主体库中" in page and "D4" in page and "只能由财政部门决定" in page
    assert not Debarment.objects.exists()
    sealed = answer.context["sealed"]
    for _ in range(2):  # sent twice it is written once
        assert client.post(at("debarment_confirm"), {"sealed": sealed, "idempotency_key": "a"}).status_code == 302
    assert Debarment.objects.count() == 2
    assert known.is_debarred(date(2026, 6, 1)) and not known.is_debarred(date(2027, 1, 1))


def test_the_same_sheet_twice_changes_nothing(finance):
    for entry in seen(line(1), line(2)).to_write:
        services.enter_decision(entry.decision, by=finance)
    again = seen(line(1), line(2))
    assert (len(again.to_write), again.same, again.faults) == (0, 2, [])


@pytest.mark.parametrize(
    ("more", "cell", "told"),
    [
        ({"uscc": ""}, "A2", "不能为空"),
        ({"uscc": "91500"}, "A2", "18 位"),
        ({"issuer": "某区民政局"}, "D2", "只能由财政部门决定"),
        ({"starts_on": "明年"}, "E2", "不是日期"),
        ({"ends_on": "2026-03-01"}, "F2", "一至三年"),
        ({"ends_on": "2029-06-01"}, "F2", "一至三年"),
        ({"name": "长" * 121}, "B2", "超过 120 个字"),
    ],
)
def test_a_faulty_cell_is_named_with_the_reason_and_its_row_not_written(more, cell, told):
    found = seen(line(1, **more), line(2))
    assert [(fault.cell, told in fault.reason) for fault in found.faults] == [(cell, True)]
    assert [entry.row for entry in found.entries] == [3]


def test_a_number_that_returns_with_other_dates_is_refused_and_so_is_a_double_line(finance):
    services.enter_decision(seen(line(1)).to_write[0].decision, by=finance)
    found = seen(line(1, ends_on="2027-12-31"), line(2), line(2))
    assert ["禁入截止日期" in fault.reason or "与第 3 行重复" in fault.reason for fault in found.faults] == [True, True]
    longer = services.Decision(code(1), "示例公司1", "示例财采罚〔2026〕1号", "重庆市财政局", date(2026, 1, 1), date(2027, 12, 31))
    with pytest.raises(Refused):
        services.enter_decision(longer, by=finance)


def test_dates_are_read_as_people_write_them():
    for text in ("2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日", "20260131", "2026-01-31 00:00:00"):
        assert exchange.day_of(text) == date(2026, 1, 31)
    assert exchange.day_of("31/01/2026") is None


def test_a_sheet_without_the_headings_is_refused():
    with pytest.raises(Refused) as error:
        exchange.preview(xlsx([Column("甲"), Column("乙")], [["1", "2"]]), "别的.xlsx")
    assert "没有找到表头" in str(error.value)


def test_what_was_not_shown_cannot_be_confirmed(finance, browse):
    sealed = exchange.seal(seen(line(1)))
    client = browse(finance)
    assert client.post(at("debarment_confirm"), {"sealed": sealed[:-3] + "abc"}).status_code == 422
    assert not Debarment.objects.exists()


def test_the_template_reads_back_as_one_example_line(finance, browse):
    answer = browse(finance).get(at("debarment_template"))
    assert read_tables(answer.content, "模板.xlsx")[0].rows[0] == TITLES
    assert exchange.preview(answer.content, "模板.xlsx").rows == 1


def test_a_purchase_officer_reads_the_list_and_enters_nothing(chongqing, finance, browse):
    services.enter_decision(seen(line(1)).to_write[0].decision, by=finance)
    officer = browse(make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau))
    assert "示例公司1" in officer.get(at("debarment_list")).content.decode()
    assert officer.get(at("debarment_list"), {"export": "csv"}).content.decode("utf-8-sig").count("示例财采罚") == 1
    assert [officer.post(at(name)).status_code for name in ("debarment_enter", "debarment_import", "debarment_confirm")] == [403] * 3


def test_p08_a_decision_taken_back_frees_from_that_day_and_stays_on_record(finance, browse):
    contractor, today = make_contractor(), clock.today()
    first, last = today - timedelta(days=30), today + timedelta(days=400)
    decision = services.Decision(contractor.uscc, str(contractor), "示例1号", "重庆市财政局", first, last)
    row = services.enter_decision(decision, by=finance)
    assert [breach.rule for breach in reports.eligibility(contractor, on=today)] == ["P-08"]
    client = browse(finance)
    data = {"lifted_on": today.isoformat(), "document": "渝财复〔2026〕1号"}
    assert client.post(at("debarment_lift", row.pk), data | {"document": ""}).status_code == 302  # told, nothing written
    assert client.post(at("debarment_lift", row.pk), data).status_code == 302
    contractor = type(contractor).objects.get(pk=contractor.pk)
    assert list(reports.eligibility(contractor, on=today)) == []
    assert list(reports.eligibility(contractor, on=today - timedelta(days=1))) != []
    assert "已解除" in client.get(at("debarment_detail", row.pk)).content.decode()
    with pytest.raises(Refused):
        services.lift_debarment(row.pk, lifted_on=today, document="再一次", by=finance)


def test_the_database_holds_one_row_for_each_code_and_number(finance):
    services.enter_decision(seen(line(1)).to_write[0].decision, by=finance)
    with pytest.raises(IntegrityError), transaction.atomic():
        Debarment.objects.create(
            uscc=code(1), name="x", decision_no="示例财采罚〔2026〕1号", issuer="x", imported_by=finance,
            starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        )  # fmt: skip


def test_list_of_bans_asks_the_same_number_of_questions_for_one_and_thirty(finance, browse, count_queries):
    client = browse(finance)
    for entry in seen(line(1)).to_write:
        services.enter_decision(entry.decision, by=finance)
    count_queries(client, at("debarment_list"))
    one = count_queries(client, at("debarment_list"))
    for entry in seen(*[line(n) for n in range(2, 31)]).to_write:
        services.enter_decision(entry.decision, by=finance)
    assert count_queries(client, at("debarment_list")) == one
