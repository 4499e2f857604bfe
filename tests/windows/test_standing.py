"""The standing list comes in from what townships really have: row by row, nothing before it is confirmed, nobody stopped by it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records import jobs
from records.exports import xlsx
from records.refusals import Refused
from records.sheets import read_tables
from tests.factories import make_user
from tests.windows import messy
from tests.windows.factories import make_clerk, resident_number
from windows.exchange_standing import Reader
from windows.models import Person, StandingEntry, StandingHearing, StandingImport, StandingRow
from windows.services import hearings
from windows.services import standing as services
from windows.services.hearings import Heard

TODAY = date(2026, 9, 21)
TITLES = ("姓名", "身份证号", "类别", "金额", "村", "起保时间")


def read(data, name, kind="ROSTER", category=""):
    reader = Reader(kind=kind, villages=messy.VILLAGES, today=TODAY, category=category)
    return list(reader.rows(read_tables(data, name))), reader.facts


def agrees(rows, wanted, key):
    got = {key(row): (row.outcome, wanted[key(row)][1] & set(row.codes)) for row in rows}
    assert got == wanted


def test_a_roster_with_merged_cells_is_read_row_by_row():
    rows, _ = read(messy.roster(), "名册.xlsx")
    agrees(rows, messy.ROSTER_WANTED, lambda row: row.number)
    head, member, grandson = rows[4:7]
    assert (head.values["amount"], head.values["started"], head.head_row) == (Decimal("560.00"), date(2023, 7, 1), None)
    assert [(row.head_row, row.values["amount"], row.values["relation"]) for row in (member, grandson)] == [
        (head.ordinal, None, "配偶"), (head.ordinal, None, "孙子"),
    ]  # fmt: skip
    assert rows[8].values["village"] == 1 and rows[11].values["category"] == "TEKUN_SCATTERED"


def test_a_ledger_in_gb18030_is_read_row_by_row_and_its_own_total_is_kept():
    rows, facts = read(messy.RELIEF, "台账.csv", kind="RELIEF")
    agrees(rows, messy.RELIEF_WANTED, lambda row: row.number)
    assert facts.total == Decimal("16800.00")
    assert rows[7].values["address"] == "测试镇龙门社区 2栋"
    assert "5001****" not in str(rows[5].raw) and "0509" not in str(rows[5].raw)


def test_sheets_by_village_are_read_and_notes_and_hidden_ones_are_told():
    rows, facts = read(messy.village_sheets(), "分村.xlsx", category="RURAL_DIBAO")
    agrees(rows, messy.SHEETS_WANTED, lambda row: (row.sheet, row.number))
    assert (facts.hidden, facts.notes, facts.unused) == (["旧"], ["说明"], ["人数", "户内人数"])


def test_a_row_without_a_category_is_refused_where_the_form_says_nothing():
    rows, _ = read(messy.village_sheets(), "分村.xlsx")
    assert rows[8].faults == [("4", "missing_category")]


def test_a_member_falls_with_the_head_and_one_without_a_head_is_refused():
    titles = "户主姓名,姓名,与户主关系,身份证号,类别,金额\n"
    lines = (
        f"甲,乙,配偶,{resident_number(1)},农村低保,\n甲,甲,户主,{resident_number(2)},农村低保,\n甲,乙,配偶,{resident_number(1)},农村低保,\n"
        f"丙,丙,户主,{resident_number(3)},农村低保,300\n丙,丁,子,{resident_number(4)},农村低保,200\n"
    )
    rows, _ = read((titles + lines).encode(), "a.csv")
    assert [row.codes for row in rows[1:]] == [
        ["head_not_found"], ["missing_amount"], ["head_refused"], [], ["household_amount_conflict"],
    ]  # fmt: skip


def test_the_household_of_a_stopped_head_is_not_taken_for_the_one_above():
    titles = "户主姓名,姓名,与户主关系,身份证号,类别,金额,备注\n"
    lines = (
        f"甲,甲,户主,{resident_number(1)},农村低保,300,\n乙,乙,户主,{resident_number(2)},农村低保,300,已停保\n"
        f"乙,丙,子,{resident_number(3)},农村低保,,\n丁,戊,子,{resident_number(4)},农村低保,,\n"
    )
    rows, _ = read((titles + lines).encode(), "a.csv")
    assert [row.codes for row in rows[1:]] == [[], ["status_stopped_in_remark"], ["head_refused"], ["head_not_found"]]


def test_a_web_page_named_xls_is_told_how_to_become_a_workbook():
    with pytest.raises(Refused, match="另存为 xlsx"):
        read(b"<html><table><tr><td>a</td></tr></table></html>", "a.xls")


# --- into the register ----------------------------------------------------------------------------------------------------

stored = pytest.mark.django_db


@pytest.fixture
def township(chongqing):
    place = chongqing.home.townships[0]
    for village, name in zip(place.villages, messy.VILLAGES, strict=True):
        village.name = name
        village.save(update_fields=["name"])
    return place.organisation


@pytest.fixture
def clerk(township):
    return make_clerk(township)


def come_in(township, clerk, data, name="名册.xlsx", kind="ROSTER", category="RURAL_DIBAO") -> StandingImport:
    paper = services.upload(township, kind=kind, category=category, data=data, name=name, by=clerk)
    jobs.run_pending()
    paper.refresh_from_db()
    return paper


def sheet(*rows) -> bytes:
    return xlsx(TITLES, rows)


@stored
def test_nothing_is_written_before_the_confirmation_and_then_all_of_it_once(township, clerk):
    paper = come_in(township, clerk, messy.roster())
    assert (paper.status, paper.sealed, Person.objects.exists(), StandingEntry.objects.exists()) == ("READY", "", False, False)
    assert paper.facts["counts"] == {"ADD": 6, "CHANGE": 0, "SAME": 0, "REFUSED": 7, "SKIPPED": 9, "MISSING": 0}
    assert paper.facts["accepted"] == "3210.00"
    services.confirm(paper.pk, version=paper.version, by=clerk)
    head = StandingEntry.objects.get(person__name="测甲")
    assert (head.amount, head.started_on, head.village.name) == (Decimal(560), date(2023, 7, 1), "凤凰村")
    assert sorted(head.members.values_list("person__name", "relation", "amount")) == [("测丙", "孙子", None), ("测乙", "配偶", None)]
    assert not any(StandingRow.objects.values_list("sealed", flat=True))
    event = AuditEvent.objects.get(action="windows.standingimport.confirmed")
    assert (event.detail["added"], messy.HEAD in str(event.detail)) == (6, False)
    with pytest.raises(Refused):
        services.confirm(paper.pk, version=StandingImport.objects.get(pk=paper.pk).version, by=clerk)
    again = come_in(township, clerk, messy.roster())
    assert again.facts["counts"] == {"ADD": 0, "CHANGE": 0, "SAME": 6, "REFUSED": 7, "SKIPPED": 9, "MISSING": 0}


@stored
def test_a_later_list_changes_what_it_says_and_stops_nobody(chongqing, township, clerk):
    lines = [(f"甲{word}", resident_number(n), "农村低保", 500, "凤凰村", "2024-01-01") for n, word in enumerate("一二三", start=1)]
    first = come_in(township, clerk, sheet(*lines))
    services.confirm(first.pk, version=first.version, by=clerk)
    changed = (*lines[0][:3], 600, "", "")
    other_name = ("乙二", *lines[1][1:])
    paper = come_in(township, clerk, sheet(changed, other_name))
    rows = {row.name: (row.outcome, [note[2] for note in row.notes]) for row in paper.rows.all() if row.name}
    assert rows["甲一"][0] == "CHANGE" and rows["甲一"][1][0] == "金额"
    assert rows["乙二"] == ("REFUSED", ["name_differs"])
    assert rows["甲三"] == ("MISSING", ["农村低保"])
    rival = come_in(township, clerk, sheet((*lines[0][:3], 700, "", "")))
    services.confirm(paper.pk, version=paper.version, by=clerk)
    entry = StandingEntry.objects.get(person__name="甲一")
    assert (entry.amount, entry.village.name, entry.started_on) == (Decimal(600), "凤凰村", date(2024, 1, 1))
    assert StandingEntry.objects.open().count() == 3
    with pytest.raises(Refused, match="预览之后"):
        services.confirm(rival.pk, version=rival.version, by=clerk)
    elsewhere = chongqing.home.townships[1].organisation
    away = come_in(elsewhere, make_clerk(elsewhere), sheet((*lines[0][:4], "", "")))
    assert [note[2] for note in away.rows.get(outcome="REFUSED").notes][0] == "standing_elsewhere"
    services.discard(rival.pk, version=rival.version, by=clerk)
    assert not any(rival.rows.values_list("sealed", flat=True))


@stored
def test_relief_is_paid_once_and_the_database_holds_the_rules(township, clerk):
    paper = come_in(township, clerk, messy.RELIEF, "台账.csv", kind="RELIEF", category="")
    assert (paper.facts["counts"]["ADD"], paper.facts["total"], paper.facts["accepted"]) == (3, "16800.00", "7500.00")
    services.confirm(paper.pk, version=paper.version, by=clerk)
    assert not StandingEntry.objects.open().exists()
    again = come_in(township, clerk, messy.RELIEF, "台账.csv", kind="RELIEF", category="")
    assert (again.facts["counts"]["ADD"], again.rows.filter(notes__0__2="paid_before").count()) == (0, 3)
    one = StandingEntry.objects.order_by("pk").first()
    facts = {"organisation": township, "person": one.person, "source": paper, "amount": 500, "category": "RURAL_DIBAO"}
    StandingEntry.objects.create(**facts)
    for wrong in (
        facts | {"category": "TEKUN"},
        facts | {"amount": 0, "ended_on": TODAY, "end_reason": "迁出", "unheard": "REQUEST"},
        facts | {"amount": None, "ended_on": TODAY, "end_reason": "迁出", "unheard": "REQUEST"},
        facts | {"ended_on": TODAY, "unheard": "REQUEST"},
        facts | {"ended_on": TODAY, "end_reason": "迁出"},
        facts | {"started_on": TODAY, "ended_on": date(2026, 9, 20), "end_reason": "迁出", "unheard": "REQUEST"},
        facts | {"category": "TEMPORARY", "started_on": TODAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StandingEntry.objects.create(**wrong)


@stored
def test_a_file_without_headings_fails_with_its_way_out_and_can_be_given_up(township, clerk, browse):
    paper = come_in(township, clerk, b"a,b\n1,2\n", "a.csv")
    page = browse(clerk).get(reverse("windows:standing_import", args=[paper.pk])).content.decode()
    assert "没有找到表头" in page and "确认写入" not in page
    services.discard(paper.pk, version=paper.version, by=clerk)
    assert StandingImport.objects.get(pk=paper.pk).sealed == ""


@stored
def test_the_pages_lead_from_the_file_to_the_list(chongqing, township, clerk, browse, count_queries):
    client = browse(clerk)
    data = {"organisation": township.pk, "kind": "ROSTER", "category": "", "upload": SimpleUploadedFile("名册.xlsx", messy.roster())}
    here = client.post(reverse("windows:standing_upload"), data).url
    jobs.run_pending()
    page = client.get(here).content.decode()
    assert "F10" in page and "末几位已丢失" in page and "确认写入 6 行" in page
    added = client.get(here + "?outcome=ADD").content.decode()
    assert "身份证号去掉了空格" in added
    assert not any(number in page + added for number in (messy.HEAD, messy.MEMBER, "500100200002291040"))
    table = client.get(reverse("windows:standing_refused", args=[StandingImport.objects.get().pk]) + "?format=csv").content.decode(
        "utf-8-sig"
    )
    assert table.count("\n") == 8 and "500100200002291040" not in table
    version = StandingImport.objects.get().version
    assert client.post(here + "confirm/", {"version": version}).status_code == 302
    listed = reverse("windows:standing_list")
    officer = make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.home.bureau)
    for reader in (clerk, officer):
        text = browse(reader).get(f"{listed}?q=测甲").content.decode()
        assert "510200********0010" in text and messy.HEAD not in text
    assert count_queries(client, listed) <= 40
    assert "测甲" not in client.get(reverse("windows:standing_export") + "?format=csv").content.decode("utf-8-sig")
    sibling = browse(make_clerk(chongqing.home.townships[1].organisation))
    assert sibling.get(here).status_code == 404 and "测甲" not in sibling.get(listed).content.decode()
    assert browse(officer).get(here).status_code == 403


@stored
def test_an_entry_ends_by_hand_with_its_reason_and_the_household_with_it(township, clerk, browse):
    paper = come_in(township, clerk, messy.roster())
    services.confirm(paper.pk, version=paper.version, by=clerk)
    head = StandingEntry.objects.get(person__name="测甲")
    url, client = reverse("windows:standing_end", args=[head.pk]), browse(clerk)
    assert "另有 2 名成员" in client.get(url).content.decode()
    unheard = client.post(url, {"ended_on": "2024-06-30", "reason": "迁出"})
    assert unheard.status_code == 422 and "须先听取救助对象的意见" in unheard.content.decode()
    dead = client.post(url, {"ended_on": "2024-06-30", "reason": "户主去世", "unheard": "DEATH"})
    assert dead.status_code == 422 and "不能因一人去世" in dead.content.decode()
    said = {"ground": "全家已迁往外省定居", "told_on": "2024-06-20", "way": "PHONE", "heard_on": "2024-06-21", "outcome": "HEARD"}
    assert client.post(reverse("windows:standing_hearing", args=[head.pk]), said).status_code == 422
    heard = client.post(reverse("windows:standing_hearing", args=[head.pk]), said | {"statement": "龘龘户口已经迁走，没有意见。"})
    assert heard["Location"] == (page := reverse("windows:standing_entry", args=[head.pk]))
    assert client.post(url, {"ended_on": "2024-06-20", "reason": "迁出"}).status_code == 422, "before the hearing"
    assert client.post(url, {"ended_on": "2023-06-30", "reason": "迁出"}).status_code == 422
    assert client.post(url, {"ended_on": "2024-06-30", "reason": "迁出"})["Location"] == page
    assert StandingEntry.objects.filter(ended_on=date(2024, 6, 30), end_reason="迁出").count() == 3
    assert set(StandingEntry.objects.filter(head=head).values_list("unheard", flat=True)) == {"HOUSEHOLD"}
    head.refresh_from_db()
    told = head.notice.context
    assert (told["reason"], told["heard"]) == ("迁出", "2024年6月21日已听取意见：已陈述意见") and "行政复议" in told["remedies"]
    assert "龘龘" not in str(told) and "龘龘" in client.get(page).content.decode()
    supervisor = browse(make_user(role=Role.SUPERVISOR, organisation=township.district))
    seen = supervisor.get(page).content.decode()
    assert "龘龘" not in seen and "全家已迁往外省定居" not in seen
    assert client.get(reverse("windows:standing_notice", args=[head.pk]))["Location"] == page
    assert client.post(url, {"ended_on": "2024-07-30", "reason": "迁出"}).status_code == 422


@stored
def test_a_hearing_is_sealed_and_stands_and_a_new_key_seals_it_anew_w15(township, clerk, settings):
    paper = come_in(township, clerk, messy.roster())
    services.confirm(paper.pk, version=paper.version, by=clerk)
    head = StandingEntry.objects.get(person__name="测甲")
    said = Heard("全家已迁往外省定居", date(2024, 6, 20), "PHONE", date(2024, 6, 21), "UNREACHED", note="三次电话均无人接听，已上门")
    row = hearings.hear(head.pk, said, by=clerk)
    stored = "SELECT ground, note FROM windows_standinghearing WHERE id = %s"

    def sealed():
        with connection.cursor() as cursor:
            cursor.execute(stored, [row.pk])
            return cursor.fetchone()

    before = sealed()
    assert not any("外省" in text or "电话" in text for text in before)
    changes = (
        lambda: StandingHearing.objects.filter(pk=row.pk).update(ground="别的理由，八个字以上"),
        lambda: StandingHearing.objects.filter(pk=row.pk).update(heard_on=date(2024, 6, 22)),
        lambda: StandingHearing.objects.filter(pk=row.pk).delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE windows_standinghearing SET note = 'other:short' WHERE id = %s", [row.pk])
    settings.FIELD_KEYS = {"newer": "11" * 16, **settings.FIELD_KEYS}
    call_command("rotate_field_key")
    after, row = sealed(), StandingHearing.objects.get(pk=row.pk)
    assert all(text.startswith("newer:") for text in after) and row.ground == said.ground and row.note == said.note
    settings.FIELD_KEYS = {key: value for key, value in settings.FIELD_KEYS.items() if key != "newer"} | {"newer": "11" * 16}
    call_command("rotate_field_key")


@stored
def test_tekun_ends_after_its_public_notice_at_the_end_of_a_month_tk7(township, clerk, browse):
    paper = come_in(township, clerk, messy.roster())
    services.confirm(paper.pk, version=paper.version, by=clerk)
    entry = StandingEntry.objects.get(category="TEKUN_SCATTERED", head=None)
    url, client = reverse("windows:standing_end", args=[entry.pk]), browse(clerk)
    assert "终止公示之日" in client.get(url).content.decode()
    said = {"ended_on": "2026-08-31", "reason": "书面申请退出", "unheard": "REQUEST"}
    assert client.post(url, said).status_code == 422
    late = client.post(url, said | {"posted_on": "2026-08-28"})
    assert late.status_code == 422 and "早于公示期满之日" in late.content.decode()
    assert client.post(url, said | {"posted_on": "2026-08-20"}).status_code == 302
    entry.refresh_from_db()
    assert entry.posted_on == date(2026, 8, 20) and entry.notice.context["posted"] == "2026年8月20日"
    other = StandingEntry.objects.open().exclude(category__startswith="TEKUN").filter(head=None).first()
    assert "终止公示之日" not in client.get(reverse("windows:standing_end", args=[other.pk])).content.decode()


@stored
def test_nobody_gets_less_unheard_and_who_does_is_told_in_writing_w15(township, clerk, browse):
    def listed(amount):
        return sheet(
            ("减一", resident_number(41), "农村低保", amount, "", "2024-01-01"),
            ("增一", resident_number(42), "农村低保", 300, "", "2024-01-01"),
        )

    first = come_in(township, clerk, listed(500))
    services.confirm(first.pk, version=first.version, by=clerk)
    entry = StandingEntry.objects.get(person__name="减一")
    unheard = come_in(township, clerk, listed(400))
    assert (unheard.facts["counts"]["REFUSED"], unheard.facts["counts"]["SAME"]) == (1, 1)
    page = browse(clerk).get(reverse("windows:standing_import", args=[unheard.pk])).content.decode()
    assert "减发前没有听取本人意见" in page
    services.confirm(unheard.pk, version=unheard.version, by=clerk)
    assert StandingEntry.objects.get(pk=entry.pk).amount == 500
    said = Heard("家庭收入增加，补差减少", TODAY, "FACE", TODAY, "WAIVED")
    hearings.hear(entry.pk, said, by=clerk)
    assert come_in(township, clerk, listed(550)).facts["counts"]["CHANGE"] == 1, "more needs no hearing"
    heard = come_in(township, clerk, listed(400))
    assert heard.facts["counts"]["CHANGE"] == 1
    services.confirm(heard.pk, version=heard.version, by=clerk)
    entry.refresh_from_db()
    told = entry.notice.context
    assert (entry.amount, told["before"], told["after"], told["reason"]) == (400, "500.00 元", "400.00 元", said.ground)
    assert "行政复议" in told["remedies"] and AuditEvent.objects.filter(action="windows.standingentry.cut").count() == 1
    assert "打印减发救助告知书" in browse(clerk).get(reverse("windows:standing_entry", args=[entry.pk])).content.decode()
    assert come_in(township, clerk, listed(300)).facts["counts"]["REFUSED"] == 1, "one hearing allows one cut"
