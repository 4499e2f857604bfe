"""P-25: the whole file of a project in one ZIP that proves itself, kept for fifteen years, deleted by nobody."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from procurement import tasks as tasks  # registers the handlers
from procurement.models import Bid, Contract, Project, ProjectArchive, ProjectPaper
from procurement.rules import retention
from procurement.services import archive
from procurement.services import archive_rows as rows
from procurement.services import report as reports
from records import files, jobs, pdf
from records.bundle import prove
from records.models import Job
from records.refusals import Refused
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.tendering import add_bidder, make_world

pytestmark = pytest.mark.django_db
CANARY = "金丝雀供应商方案"


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch):
    """Papers are drawn in tests of their own; here their content decides the bytes."""
    monkeypatch.setattr(pdf, "render", lambda template, context, **more: f"%PDF {template} {context['title']}".encode())


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def winner(chongqing):
    return chongqing.contractors[0]


@pytest.fixture
def running(office, winner):
    contract = factories.make_running(office, winner)
    jobs.run_pending()  # draws the notices
    return contract


def pack(project, by) -> tuple[ProjectArchive, zipfile.ZipFile]:
    job = archive.request_archive(project, by=by)
    Job.objects.filter(pk=job.pk).update(key=f"{job.pk}-again")  # the same minute counts as one click
    job = jobs.run(job.pk)
    assert job.status == Job.Status.DONE, job.failure
    return ProjectArchive.objects.get(job=job), zipfile.ZipFile(io.BytesIO(files.read_bytes(job.result)))


# --- what is in it --------------------------------------------------------------------------------------------------------


def test_one_click_packs_papers_data_trail_contents_and_hashes(running, office):
    packed, bundle = pack(running.project, office.chief)
    assert packed.missing == 0, packed.contents["missing"]
    names = bundle.namelist()
    for paper in ProjectPaper.objects.filter(project=running.project):
        assert any(paper.notice.number in name and name.endswith(".pdf") for name in names)
    assert f"合同/{running.number}.pdf" in names
    assert {"目录.html", "目录.json", "SHA256SUMS", "审计/审计记录.jsonl", "审计/审计记录.csv"} <= set(names)
    assert running.number in bundle.read("数据/合同_contract.csv").decode()
    line = json.loads(bundle.read("数据/购买项目_project.jsonl"))
    assert line["code"] == running.project.code and line["organisation_id"] == office.bureau.pk
    assert prove(bundle.fp).root == packed.root


def test_the_trail_of_the_project_and_its_children_is_in_it(running, office):
    _, bundle = pack(running.project, office.chief)
    events = [json.loads(line) for line in bundle.read("审计/审计记录.jsonl").splitlines()]
    actions = {event["action"] for event in events}
    assert {"procurement.project.approved", "procurement.contract.signed"} <= actions
    assert not any(action.startswith("procurement.projectarchive") for action in actions)


def test_the_same_content_gives_the_same_list_of_hashes_whoever_packs_it(running, office):
    first, _ = pack(running.project, office.chief)
    second, _ = pack(running.project, office.officer)
    assert first.root == second.root
    contract = Contract.objects.get(pk=running.pk)
    report = contract.reports.filter(kind="service").order_by("period_start").first()
    reports.open_report(report.pk)
    third, _ = pack(running.project, office.officer)
    assert third.root != first.root


def test_a_lost_file_is_listed_with_its_reason_and_the_rest_is_there(running, office):
    stored = ProjectPaper.objects.filter(project=running.project).first().notice.file
    files.default_storage.delete(stored.storage_name)
    packed, bundle = pack(running.project, office.chief)
    assert packed.missing == 1
    assert packed.contents["missing"][0]["reason"] == "存储中没有这个文件。"
    assert "存储中没有这个文件。" in bundle.read("目录.html").decode()
    assert prove(bundle.fp).holds and f"合同/{running.number}.pdf" in bundle.namelist()


def test_a_changed_file_on_disk_is_not_packed_as_if_it_were_whole(running, office):
    stored = ProjectPaper.objects.filter(project=running.project).first().notice.file
    with open(files.default_storage.path(stored.storage_name), "ab") as file:
        file.write(b"x")
    packed, _ = pack(running.project, office.chief)
    assert [one["reason"] for one in packed.contents["missing"]] == ["文件内容与存档时的摘要不符。"]


def test_no_binary_field_index_or_clear_name_leaves(running):
    for model in rows.descent():
        for field in rows.fields_of(model):
            assert field.get_internal_type() != "BinaryField" and not field.name.endswith("_index"), field
    assert rows.masked(running._meta.get_field("number"), "x") != "x"


def test_every_noun_of_the_purchase_hangs_from_a_project_or_is_left_out_on_purpose():
    free = {model._meta.model_name for model in rows.apps.get_app_config("procurement").get_models()} - {
        model._meta.model_name for model in rows.descent()
    }
    known = {"budget", "fundingline", "superiorgrant", "catalogueitem", "guidanceentry", "servicestandard", "envelope", "projectarchive"}
    assert {"contract", "bid", "scoresheet", "periodicreport", "servicevisit", "payment"}.isdisjoint(free)
    assert known <= free | {"envelope"}


# --- secrets --------------------------------------------------------------------------------------------------------------


def test_before_the_result_nothing_tells_who_bid_or_judged(chongqing):
    world = make_world(chongqing)
    bid = add_bidder(world)
    project = world.tender.project
    _, bundle = pack(project, world.officer)
    everything = b"".join(bundle.read(name) for name in bundle.namelist()).decode(errors="replace")
    assert bid.receipt not in everything and bid.commitment not in everything
    assert bid.contractor.organisation.name not in everything
    assert "公告前" in bundle.read("目录.html").decode()
    assert not rows.is_told(project) and Bid not in rows.models_of(project)


def test_after_the_result_bids_are_in_it(running, office):
    _, bundle = pack(running.project, office.chief)
    assert running.award.bid.receipt in bundle.read("数据/响应文件_bid.csv").decode()


# --- proving a copy -------------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(running, office, tmp_path):
    packed, bundle = pack(running.project, office.chief)
    path = tmp_path / "copy.zip"
    path.write_bytes(bundle.fp.getvalue())
    return packed, path


def test_the_command_proves_a_copy_and_says_who_packed_it(copy, office, capsys):
    packed, path = copy
    call_command("verify_archive", str(path))
    said = capsys.readouterr().out
    assert packed.root in said and str(office.chief) in said


def test_the_command_names_a_changed_part(copy, tmp_path, capsys):
    _, path = copy
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"x" if name.endswith("contract.csv") else b""))
    with pytest.raises(CommandError, match="1 处"):
        call_command("verify_archive", str(changed))
    assert "合同_contract.csv" in capsys.readouterr().err


def test_a_file_made_up_elsewhere_agrees_with_itself_but_is_not_ours(copy, tmp_path):
    packed, path = copy
    ProjectArchive.objects.filter(pk=packed.pk).update(root="0" * 64)
    with pytest.raises(CommandError, match="没有打包过"):
        call_command("verify_archive", str(path))
    call_command("verify_archive", str(path), offline=True)


def test_the_command_refuses_what_is_no_archive(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"no")
    with pytest.raises(CommandError, match="无法读取"):
        call_command("verify_archive", str(tmp_path / "no.zip"))


# --- retention ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "until"),
    [(date(2026, 11, 23), date(2041, 11, 23)), (date(2028, 2, 29), date(2043, 3, 1)), (date(2025, 12, 31), date(2040, 12, 31))],
)
def test_p25_fifteen_years_from_the_end_of_the_procurement(ended, until):
    assert retention.kept_until(ended) == until
    assert str(until) in next(retention.deletion_breaches("项目", ended, on=until)).message
    assert "鉴定" in next(retention.deletion_breaches("项目", ended, on=date(2050, 1, 1))).message


def test_p25_a_running_purchase_has_no_end_yet():
    (breach,) = retention.deletion_breaches("项目", None, on=date(2026, 1, 1))
    assert breach.rule == "P-25" and breach.binding and "尚未结束" in breach.message


@pytest.mark.parametrize("model", [Project, Contract, ProjectPaper])
def test_p25_no_service_deletes_a_paper_of_the_file(running, model):
    row = model.objects.first()
    for deleting in (row.delete, model.objects.all().delete):
        with pytest.raises(Refused, match="15 年") as refusal:
            deleting()
        assert refusal.value.breaches[0].rule == "P-25"


@pytest.mark.parametrize("table", ["project", "contract"])
def test_p25_the_database_refuses_as_well(running, table):
    with pytest.raises(DatabaseError, match="至少保存15年"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM procurement_{table}")
    assert Project.objects.filter(pk=running.project_id).exists()


# --- pages ----------------------------------------------------------------------------------------------------------------


def test_the_tab_shows_the_term_and_a_deletion_that_is_blocked_with_its_clause(running, office, browse):
    page = browse(office.officer).get(reverse("procurement:project_archive", args=[running.project_id]))
    body = page.content.decode()
    assert "采购尚未结束" in body and "删除档案" in body and "政府采购法 第四十二条" in body


def test_the_auditor_packs_and_the_access_is_on_record_in_the_district(running, chongqing, browse):
    auditor = make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city)
    client, url = browse(auditor), reverse("procurement:archive_pack", args=[running.project_id])
    answer = client.post(url, {"idempotency_key": "k1"})
    assert answer.status_code == 302 and "/jobs/" in answer.url
    event = AuditEvent.objects.get(action="procurement.projectarchive.requested")
    assert event.actor == auditor and event.organisation_path == running.project.organisation.path


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.FINANCE_OFFICER])
def test_others_of_the_bureau_do_not_pack(running, office, browse, role):
    user = make_user(role=role, organisation=office.bureau)
    assert browse(user).post(reverse("procurement:archive_pack", args=[running.project_id])).status_code == 403


def test_a_stranger_finds_nothing(running, chongqing, browse):
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    client = browse(stranger)
    assert client.get(reverse("procurement:project_archive", args=[running.project_id])).status_code == 404
    assert client.post(reverse("procurement:archive_pack", args=[running.project_id])).status_code == 404


def test_the_hand_over_list_is_shown_exported_and_printed(running, office, browse):
    packed, _ = pack(running.project, office.chief)
    client, url = browse(office.officer), reverse("procurement:archive_detail", args=[packed.pk])
    assert packed.root in client.get(url).content.decode()
    assert packed.contents["parts"][0]["sha256"] in client.get(url, {"export": "csv"}).content.decode()
    client.post(reverse("procurement:archive_print", args=[packed.pk]))
    jobs.run_pending()
    assert Job.objects.get(kind="procurement.archive_index").status == Job.Status.DONE


# --- a download that goes on ----------------------------------------------------------------------------------------------


@pytest.fixture
def download(running, office, browse):
    packed, bundle = pack(running.project, office.chief)
    return browse(office.chief), reverse("records:job_file", args=[packed.job_id]), bundle.fp.getvalue()


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_cut_download_goes_on_where_it_stopped(download):
    client, url, whole = download
    first = client.get(url)
    assert body_of(first) == whole and first["Accept-Ranges"] == "bytes" and int(first["Content-Length"]) == len(whole)
    rest = client.get(url, headers={"range": "bytes=1000-", "if-range": first["ETag"]})
    assert rest.status_code == 206 and body_of(rest) == whole[1000:]
    assert rest["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert body_of(client.get(url, headers={"range": "bytes=-10"})) == whole[-10:]
    assert body_of(client.get(url, headers={"range": "bytes=5-9"})) == whole[5:10]


def test_of_another_file_the_download_begins_anew(download):
    client, url, whole = download
    answer = client.get(url, headers={"range": "bytes=1000-", "if-range": '"older"'})
    assert answer.status_code == 200 and body_of(answer) == whole


@pytest.mark.parametrize(("asked", "status"), [("bytes=999999999-", 416), ("bytes=9-5", 416), ("bytes=a-b", 200), ("bytes=0-1,3-4", 200)])
def test_a_range_outside_is_416_and_an_odd_one_is_the_whole(download, asked, status):
    client, url, _ = download
    assert client.get(url, headers={"range": asked}).status_code == status


def test_a_damaged_archive_is_never_served(download):
    client, url, whole = download
    stored = Job.objects.get(kind="procurement.archive").result
    path = files.default_storage.path(stored.storage_name)
    with open(path, "r+b") as file:
        file.truncate(len(whole) - 1)
    assert client.get(url, headers={"range": "bytes=5-9"}).status_code == 422
    with open(path, "ab") as file:
        file.write(b"?")
    assert client.get(url).status_code == 422
