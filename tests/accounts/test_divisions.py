"""The tree of Chongqing: what the bundled lists hold, and how a later list is carried into it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.divisions import loading, tree
from accounts.divisions.tree import Division, Succession
from accounts.models import AuditEvent, Organisation, OrganisationCode

ON = date(2026, 1, 25)


def load(*args, **options):
    out = StringIO()
    call_command("load_divisions", *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def bundle():
    return tree.bundled()


@pytest.fixture(scope="module")
def first_list():
    return tree.read_divisions(tree.DATA / "divisions_2023.csv.gz")


def test_the_first_list_holds_the_whole_city(first_list):
    levels = [item.level for item in first_list]
    assert (levels.count("district"), levels.count("township"), levels.count("village")) == (38, 1031, 11270)


def test_every_place_of_the_first_list_is_in_the_tree(bundle, first_list):
    by_code = {place.code for place in bundle.places.values() if place.scheme == "NBS2023"}
    assert {item.code for item in first_list} <= by_code


def test_jiangbei_and_yubei_end_and_liangjiang_carries_on(bundle):
    for code in ("500105", "500112"):
        bureau = bundle.places[f"50/{code}/"]
        assert (bureau.valid_to, bureau.successor_path) == (ON, "50/500157/")
    heir = bundle.places["50/500157/"]
    assert (heir.name, heir.valid_from, heir.valid_to) == ("两江新区民政局", ON, None)


def test_moved_townships_have_an_heir_of_the_same_name_and_as_many_villages(bundle):
    moved = [place for place in bundle.of_kind("TOWNSHIP") if place.valid_to]
    assert len(moved) == 47
    for place in moved:
        heir = bundle.places[place.successor_path]
        assert (heir.name, heir.valid_from, heir.valid_to) == (place.name, ON, None)
        assert heir.district_path in ("50/500157/", "50/500109/")
        assert len(bundle.below(heir.path)) == len(bundle.below(place.path))


def test_no_village_is_lost_or_doubled_by_the_merger(bundle):
    standing = [place for place in bundle.of_kind("VILLAGE") if not place.valid_to]
    assert len(standing) == 11270


def test_a_township_that_no_list_explains_is_kept_and_named(bundle):
    assert bundle.places["50/500231/500231121/"].valid_to is None
    assert any("黄沙镇" in doubt for doubt in bundle.doubts)


def test_wansheng_is_a_reporting_unit_of_its_own(bundle):
    townships = [place for place in bundle.below("50/WSJKQ/") if place.kind == "TOWNSHIP"]
    assert len(townships) == 10
    assert all(place.code.startswith("500110") for place in townships)


def test_an_uncertain_special_area_moves_nobody_and_is_named(bundle):
    assert bundle.places["50/500106/500106016/"].name == "虎溪街道"
    assert any("虎溪街道" in doubt for doubt in bundle.doubts)


def test_every_standing_bureau_has_all_departments(bundle):
    for bureau in bundle.of_kind("BUREAU"):
        functions = {place.function for place in bundle.below(bureau.path) if place.kind == "DEPARTMENT"}
        assert functions == set(tree.DEPARTMENTS)


def test_the_same_code_for_another_place_is_never_taken_for_it(bundle):
    """500101123 is 新乡镇 in the list of 2023 and 龙驹镇 in that of 2026."""
    assert bundle.places["50/500101/500101123/"].name == "新乡镇"
    (longju,) = [place for place in bundle.below("50/500101/") if place.name == "龙驹镇"]
    assert longju.codes == {"MCA2026": "500101123"}
    assert longju.code != "500101123"


def small():
    return [
        Division("500105", "江北区", "district", "500000"),
        Division("500106", "沙坪坝区", "district", "500000"),
        Division("500105001", "甲街道", "township", "500105"),
        Division("500105001001", "东村村民委员会", "village", "500105001"),
        Division("500106001", "乙乡", "township", "500106"),
    ]


def later():
    return [
        Division("500106", "沙坪坝区", "district", "500000"),
        Division("500157", "两江新区", "district", "500000"),
        Division("500157001", "甲街道", "township", "500157"),
        Division("500106001", "丙街道", "township", "500106"),
        Division("500106101", "乙镇", "township", "500106"),
    ]


SUCCESSIONS = [Succession("500105001", "甲街道", "500157001", "moved"), Succession("500106001", "乙乡", "500106101", "same_stem")]


def advance(standing):
    return tree.advance(standing, later(), SUCCESSIONS, scheme="MCA2026", on=ON, decree="文号")


@pytest.mark.django_db
def test_the_merger_loads_as_change_on_a_database_that_has_the_first_list():
    loading.apply(tree.build_first(small()))
    old = Organisation.objects.get(code="500105001", code_scheme="NBS2023")
    report = loading.apply(advance(loading.tree_from_database(ON)))
    old.refresh_from_db()
    assert (old.valid_to, old.district.name) == (ON, "江北区民政局")
    assert (old.succeeded_by.name, old.succeeded_by.district.name) == ("甲街道", "两江新区民政局")
    assert old.succeeded_by.children.get().short_name == "东村"
    assert any(text.startswith("江北区民政局") for text in report.ended)


@pytest.mark.django_db
def test_a_renamed_township_keeps_its_row_and_a_newcomer_with_its_old_code_gets_another():
    loading.apply(tree.build_first(small()))
    before = Organisation.objects.get(name="乙乡")
    loading.apply(advance(loading.tree_from_database(ON)))
    before.refresh_from_db()
    assert (before.name, before.note, before.codes.get().code) == ("乙镇", "原名乙乡", "500106101")
    newcomer = Organisation.objects.get(name="丙街道")
    assert (newcomer.pk != before.pk, newcomer.code, newcomer.code_scheme) == (True, "500106001", "MCA2026")
    assert newcomer.path != before.path


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    loading.apply(advance(tree.build_first(small())))
    rows, codes, events = Organisation.objects.count(), OrganisationCode.objects.count(), AuditEvent.objects.count()
    report = loading.apply(advance(tree.build_first(small())))
    assert (report.added, report.changed, report.ended, report.unchanged) == ([], [], [], rows)
    assert (Organisation.objects.count(), OrganisationCode.objects.count(), AuditEvent.objects.count()) == (rows, codes, events)


@pytest.mark.django_db
def test_carrying_the_same_later_list_in_again_changes_nothing():
    loading.apply(advance(tree.build_first(small())))
    report = loading.apply(advance(loading.tree_from_database(date(2027, 1, 1))))
    assert (report.added, report.changed, report.ended) == ([], [], [])


@pytest.mark.django_db
def test_a_name_set_by_hand_is_kept_and_reported():
    loading.apply(tree.build_first(small()))
    Organisation.objects.filter(name="乙乡").update(name="乙乡（试点）")
    report = loading.apply(tree.build_first(small()))
    assert Organisation.objects.filter(name="乙乡（试点）").exists()
    assert any("乙乡（试点）" in doubt for doubt in report.doubts)


@pytest.mark.django_db
def test_the_command_loads_the_bundled_city_and_says_what_it_did():
    assert "新增 13469，变更 0，停用 0，不变 0" in load()
    assert Organisation.objects.filter(kind="TOWNSHIP", valid_to=None).count() == 1033
    assert Organisation.objects.filter(parent=None).get().name == "重庆市民政局"
    assert "新增 0，变更 0，停用 0，不变 13469" in load()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("500101,万州区,district,500000\n500101,重复区,district,500000\n", "代码 500101 重复"),
        ("500101001,某街道,township,500101\n", "上级代码 500101 不在名单中"),
        ("5001,万州区,district,500000\n", "不符"),
    ],
)
def test_a_faulty_list_is_refused_with_its_row_and_nothing_is_written(tmp_path, rows, fault):
    path = tmp_path / "list.csv"
    path.write_text("code,name,level,parent_code\n" + rows)
    with pytest.raises(CommandError, match=fault):
        load(path, first=True)
    assert not Organisation.objects.exists()
