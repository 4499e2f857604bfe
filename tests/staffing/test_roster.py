"""The roster: one person one post, leaves, certificates, and files as offices keep them."""

import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records import clock, identity
from records.refusals import Refused, StaleVersion
from records.sheets import read_tables
from staffing import reports, rules, services
from staffing.models import StaffMember
from staffing.reports import table, worklist
from staffing.services import StaffFacts, roster
from tests.factories import make_user
from tests.staffing.factories import make_absence, make_caseload, make_staff

pytestmark = pytest.mark.django_db
HEAD = [
    "姓名",
    "身份证号",
    "服务单位",
    "村（社区）",
    "用工方式",
    "学历",
    "社会工作职业资格",
    "有效期至",
    "到岗日期",
    "离岗日期",
    "合同编号",
    "例外理由",
]


def number(serial: int) -> str:
    """A made-up resident number of 1990; 510200 is no person's region of that year."""
    body = f"51020019900101{serial:03}"
    return body + identity.resident_check_digit(body)


@pytest.fixture
def home(chongqing):
    return chongqing.home


@pytest.fixture
def township(home):
    return home.townships[0].organisation


@pytest.fixture
def chief(home):
    return make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)


def facts(organisation, **changed):
    base = {"place": organisation.kind, "name": "测甲", "employment": "OWN", "education": "BACHELOR", "started_on": date(2025, 1, 1)}
    return StaffFacts(organisation=organisation, **(base | changed))


def line(township, serial=1, **changed) -> list:
    values = dict.fromkeys(HEAD, "") | {"姓名": "测甲", "身份证号": number(serial), "服务单位": township.name}
    values |= {"用工方式": "自有专职", "学历": "本科", "到岗日期": "2025-01-01"} | changed
    return [values[name] for name in HEAD]


def book(rows, *, head=HEAD, title=True) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("名册")
        rows = [["社会救助经办人员名册"], head, *rows] if title else [head, *rows]
        for index, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(index, column, cell)
    return buffer.getvalue()


def read(home, chief, rows, **options) -> roster.Preview:
    return roster.preview(home.bureau, read_tables(book(rows, **options), "名册.xlsx"), user=chief)


def reasons(preview) -> list[str]:
    return [f"{cell} {reason}" for row in preview.refused for cell, _, reason in row.faults]


# --- one person, one post ---------------------------------------------------------------------------------------------------


def test_a_person_who_stands_elsewhere_is_refused_until_that_post_ends(home, township, chief):
    first = services.add_staff(facts(township, id_number=number(1)), by=chief)
    other = home.townships[1].organisation
    with pytest.raises(Refused, match=f"已在“{township}”登记为在岗专职"):
        services.add_staff(facts(other, id_number=number(1)), by=chief)
    services.end_staff(first.pk, on=date(2025, 6, 30), by=chief)
    assert services.add_staff(facts(other, id_number=number(1), started_on=date(2025, 7, 1)), by=chief).pk


def test_another_districts_place_is_not_named(chongqing, township, chief):
    make = chongqing.districts[1].townships[0].organisation
    services.add_staff(facts(make, id_number=number(1)), by=chief)
    with pytest.raises(Refused, match="已在其他区县登记") as refusal:
        services.add_staff(facts(township, id_number=number(1)), by=chief)
    assert make.name not in str(refusal.value)


def test_part_time_beside_a_full_post_is_allowed(home, township, chief):
    services.add_staff(facts(township, id_number=number(1)), by=chief)
    assert services.add_staff(facts(home.townships[1].organisation, id_number=number(1), employment="PART_TIME"), by=chief).pk


def test_two_posts_of_one_person_are_refused_by_the_database_too(home, township, chief):
    services.add_staff(facts(township, id_number=number(1)), by=chief)
    index = StaffMember.objects.get().id_index
    with pytest.raises(IntegrityError, match="staff_person_once_in_post"), transaction.atomic():
        make_staff(home.townships[1].organisation, id_index=index)


def test_a_place_outside_the_four_is_refused_by_the_database(township):
    with pytest.raises(IntegrityError, match="staff_at_an_allowed_place"), transaction.atomic():
        make_staff(township, place="OFFICE")


def test_the_number_is_sealed_masked_and_kept_when_left_blank(township, chief, browse):
    member = services.add_staff(facts(township, id_number=f" {number(1)} ".lower()), by=chief)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM staffing_staffmember WHERE id = %s", [member.pk])
        assert number(1) not in cursor.fetchone()[0]
    services.change_staff(member.pk, facts(township, name="测乙"), by=chief)
    member.refresh_from_db()
    assert (member.id_number, member.name) == (number(1), "测乙")
    client = browse(chief)
    for url in (reverse("staffing:staff_edit", args=[member.pk]), reverse("staffing:staff_list", args=[township.parent_id])):
        page = client.get(url).content.decode()
        assert number(1) not in page and member.id_masked in page
    assert number(1) not in client.get("/api/v1/staff/").content.decode()


def test_a_wrong_number_is_refused(township, chief):
    wrong = number(1)[:-1] + ("1" if number(1)[-1] != "1" else "2")
    with pytest.raises(Refused, match="校验码"):
        services.add_staff(facts(township, id_number=wrong), by=chief)


# --- leaves and certificates ------------------------------------------------------------------------------------------------


def test_who_is_away_is_shown_and_counted_all_the_same(home, township, chief, browse):
    make_caseload(township, 500)
    member = make_staff(township)
    today = clock.today()
    services.record_absence(member.pk, kind="SICK", started_on=today, ended_on=today, by=chief)
    row = reports.district_table(home.bureau, reports.Basis(today)).rows[0]
    assert (row.staff.counted, row.staff.away) == (1, 1)
    client = browse(chief)
    assert "休假 1" in client.get(reverse("staffing:unit_table", args=[home.bureau.pk])).content.decode()
    assert "今日休假" in client.get(reverse("staffing:township_detail", args=[township.pk])).content.decode()
    assert client.get("/api/v1/staff/").json()["results"][0]["is_away"] is True
    services.withdraw_absence(member.absences.get().pk, by=chief)
    assert reports.district_table(home.bureau, reports.Basis(today)).rows[0].staff.away == 0


@pytest.mark.parametrize(
    ("started_on", "ended_on", "words"),
    [
        (date(2026, 11, 10), date(2026, 11, 9), "早于开始日期"),
        (date(2023, 12, 31), date(2024, 1, 2), "在岗期间"),
        (date(2026, 11, 30), date(2026, 12, 5), "重叠"),
    ],
)
def test_a_leave_that_cannot_be_is_refused(township, chief, started_on, ended_on, words):
    member = make_staff(township)
    make_absence(member, chief)
    with pytest.raises(Refused, match=words):
        services.record_absence(member.pk, kind="ANNUAL", started_on=started_on, ended_on=ended_on, by=chief)
    assert member.absences.count() == 1


def test_a_leave_is_registered_and_withdrawn_on_the_page_once(township, chief, browse):
    member, client = make_staff(township), browse(chief)
    url = reverse("staffing:absence_create", args=[member.pk])
    data = {"kind": "SICK", "started_on": "2026-11-20", "ended_on": "2026-11-30", "idempotency_key": "a" * 32}
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
    refused = client.post(url, data | {"ended_on": "2026-11-01", "idempotency_key": "b" * 32})
    assert refused.status_code == 422 and "早于开始日期" in refused.content.decode()
    absence = member.absences.get()
    assert client.post(reverse("staffing:absence_withdraw", args=[absence.pk])).status_code == 302
    assert {"staffing.absence.recorded", "staffing.absence.withdrawn"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_a_certificate_that_runs_out_is_on_the_work_list_of_its_office_in_time(home, township, chief):
    soon, village = rules.renewal_from(clock.today()), home.townships[0].villages[0]
    make_staff(village, certificate=1, certificate_until=soon)
    make_staff(home.bureau, certificate=1, certificate_until=date(2099, 1, 1))
    lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=township)
    found = [item for item in worklist(lead) if "职业资格" in item.title]
    assert [(item.due_on, item.url) for item in found] == [(soon, reverse("staffing:township_detail", args=[township.pk]))]
    assert [item.title for item in worklist(chief) if "职业资格" in item.title] == [found[0].title]
    StaffMember.objects.update(certificate_until=date(2099, 1, 1))
    assert not [item for item in worklist(lead) if "职业资格" in item.title]


def test_the_reminder_costs_no_statement_of_its_own(home, chief):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            worklist(chief)
        return len(captured)

    cost()
    before = cost()
    make_staff(home.bureau, certificate=1, certificate_until=clock.today())
    assert cost() == before


def test_a_village_without_assistant_is_named(home, township, chief, browse):
    served, bare = home.townships[0].villages[:2]
    make_staff(served)
    assert [village.assistants for village in table.villages_of(township, clock.today())][:2] == [1, 0]
    page = browse(chief).get(reverse("staffing:township_detail", args=[township.pk])).content.decode()
    assert reverse("staffing:staff_create", args=[bare.pk]) in page and reverse("staffing:staff_create", args=[served.pk]) not in page


# --- files ------------------------------------------------------------------------------------------------------------------


def test_a_preview_tells_new_changed_and_unchanged_and_writes_nothing(home, township, chief):
    services.add_staff(facts(township, id_number=number(1)), by=chief)
    services.add_staff(facts(township, id_number=number(2), name="测乙"), by=chief)
    found = read(home, chief, [line(township, 1), line(township, 2, 姓名="测乙", 学历="大专"), line(township, 3, 姓名="测丙")])
    assert found.counts == {"add": 1, "change": 1, "same": 1, "refused": 0, "skip": 0}
    assert StaffMember.objects.count() == 2
    roster.write(home.bureau, [row.values for row in found.to_write], by=chief)
    assert sorted(StaffMember.objects.values_list("name", "education")) == [("测丙", "BACHELOR"), ("测乙", "COLLEGE"), ("测甲", "BACHELOR")]


def test_what_is_only_typed_badly_is_repaired_and_said(home, township, chief):
    spaced = f"\u200b{number(1)[:6]} {number(1)[6:]}"
    changed = {
        "姓名": "测　甲",
        "身份证号": spaced,
        "用工方式": "专职",
        "学历": "大学本科",
        "到岗日期": "2025.3.5",
        "社会工作职业资格": "社工师",
    }
    found = read(home, chief, [line(township, 1, **changed), line(township, 2, 姓名="测乙", 服务单位="〃")])
    first, second = found.to_write
    assert (first.values["name"], first.values["id_number"], first.values["started_on"]) == ("测甲", number(1), "2025-03-05")
    assert (first.values["education"], first.values["certificate"], first.values["employment"]) == ("BACHELOR", 2, "OWN")
    assert {"姓名去掉了空格", "身份证号去掉了空格或不可见字符", "学历改为规范名称"} <= set(first.repairs)
    assert second.values["organisation"] == township.pk and "“同上”按上一行补齐" in second.repairs


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"身份证号": ""}, "B3 没有身份证号"),
        ({"身份证号": "5.10200195605053E+17"}, "B3 身份证号存成了数字"),
        ({"身份证号": "510200****0101001X"}, "B3 身份证号带掩码"),
        ({"姓名": "=1+1"}, "A3 姓名以 ="),
        ({"服务单位": "不存在镇"}, "C3 不在本区县的单位名单中"),
        ({"服务单位": ""}, "C3 没有服务单位"),
        ({"村（社区）": "不存在村"}, "D3 不在该乡镇"),
        ({"用工方式": "劳务派遣"}, "E3 不得以劳务派遣方式用工"),
        ({"用工方式": "志愿者"}, "E3 不是可识别的用工方式"),
        ({"学历": "老三届"}, "F3 不是可识别的学历"),
        ({"社会工作职业资格": "会计师"}, "G3 不是可识别的职业资格"),
        ({"到岗日期": "2025-02-30"}, "I3 日期不存在"),
        ({"到岗日期": ""}, "I3 没有到岗日期"),
        ({"到岗日期": "2999-01-01"}, "I3 日期晚于今天"),
        ({"离岗日期": "2024-12-31"}, "J3 离岗日期早于到岗日期"),
        ({"合同编号": "没有这份"}, "K3 不是本区县已签订的合同编号"),
        ({"用工方式": "派驻"}, "派驻人员须依托已签订的购买服务合同"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_cell_and_reason(home, township, chief, changed, words):
    found = read(home, chief, [line(township, 1, **changed)])
    assert any(reason.startswith(words) or words in reason for reason in reasons(found)), reasons(found)
    assert found.counts["refused"] == 1 and not found.to_write


def test_one_number_twice_is_skipped_when_alike_and_refused_at_two_posts(home, township, chief):
    rows = [line(township, 1), line(township, 1), line(home.townships[1].organisation, 1)]
    found = read(home, chief, rows)
    assert found.counts == {"add": 1, "change": 0, "same": 0, "refused": 1, "skip": 1}
    assert "一人只能登记一处专职" in reasons(found)[0] and found.refused[0].number == 5


def test_a_person_of_another_district_is_refused_by_row(chongqing, home, township, chief):
    services.add_staff(facts(chongqing.districts[1].townships[0].organisation, id_number=number(1)), by=chief)
    assert "其他区县" in reasons(read(home, chief, [line(township, 1)]))[0]


def test_totals_blank_rows_and_hidden_sheets_are_left_out(home, township, chief):
    found = read(home, chief, [line(township, 1), [""] * 12, ["合计", "1"]])
    assert (found.counts["add"], found.counts["skip"], found.counts["refused"]) == (1, 1, 0)


def test_a_gb18030_csv_with_a_rare_name_is_read(home, township, chief):
    text = ",".join(HEAD) + "\n" + ",".join(line(township, 1, 姓名="测䶮"))
    found = roster.preview(home.bureau, read_tables(text.encode("gb18030"), "名册.csv"), user=chief)
    assert [row.name for row in found.to_write] == ["测䶮"]


def test_a_file_that_is_no_roster_is_refused(home, chief):
    with pytest.raises(Refused, match="没有找到名册"):
        read(home, chief, [["1", "2"]], head=["甲", "乙"])


def test_one_bad_row_at_confirming_writes_nothing(home, township, chief):
    found = read(home, chief, [line(township, 1), line(township, 2, 姓名="测乙")])
    services.add_staff(facts(home.townships[1].organisation, id_number=number(2)), by=chief)
    with pytest.raises(Refused, match="一人只能登记一处"):
        roster.write(home.bureau, [row.values for row in found.to_write], by=chief)
    assert StaffMember.objects.count() == 1


def test_an_entry_that_changed_since_the_preview_is_refused(home, township, chief):
    member = services.add_staff(facts(township, id_number=number(1)), by=chief)
    found = read(home, chief, [line(township, 1, 学历="大专")])
    services.change_staff(member.pk, facts(township, name="测改"), by=chief)
    with pytest.raises(StaleVersion):
        roster.write(home.bureau, [row.values for row in found.to_write], by=chief)


def test_from_the_upload_to_the_roster_by_http_once(home, township, chief, browse):
    client = browse(chief)
    upload = SimpleUploadedFile("名册.xlsx", book([line(township, 1), line(township, 2, 身份证号="1")]))
    page = client.post(reverse("staffing:roster_import", args=[home.bureau.pk]), {"file": upload})
    text = page.content.decode()
    assert page.status_code == 200 and "不是 18 位" in text and number(1) not in text and not StaffMember.objects.exists()
    data = {"sealed": page.context["sealed"], "idempotency_key": page.context["key"]}
    url = reverse("staffing:roster_import_confirm", args=[home.bureau.pk])
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
    assert StaffMember.objects.get().id_number == number(1)
    client.post(url, {"sealed": "x" + data["sealed"], "idempotency_key": "c" * 32})
    assert StaffMember.objects.count() == 1


def test_a_sealed_preview_of_one_district_is_no_use_in_another(chongqing, home, township, chief, browse):
    upload = SimpleUploadedFile("名册.xlsx", book([line(township, 1)]))
    page = browse(chief).post(reverse("staffing:roster_import", args=[home.bureau.pk]), {"file": upload})
    other = chongqing.districts[1].bureau
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=other)
    data = {"sealed": page.context["sealed"], "idempotency_key": "d" * 32}
    browse(stranger).post(reverse("staffing:roster_import_confirm", args=[other.pk]), data)
    assert not StaffMember.objects.exists()


def test_a_preview_costs_as_many_queries_for_forty_rows_as_for_two(home, township, chief):
    def cost(rows):
        tables = read_tables(book(rows), "名册.xlsx")
        with CaptureQueriesContext(connection) as captured:
            roster.preview(home.bureau, tables, user=chief)
        return len(captured)

    cost([line(township, 1)])
    few = cost([line(township, serial) for serial in (1, 2)])
    assert cost([line(township, serial) for serial in range(1, 41)]) == few <= 12
