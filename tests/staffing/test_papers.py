"""The staffing table on paper: one landscape A4 page that says how it was counted, however large the district."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from accounts.models import Organisation
from records import pdf
from staffing import papers, reports, rules

ON = date(2026, 11, 23)


def table_of(count: int) -> reports.UnitTable:
    basis = reports.Basis(ON)
    rows = []
    for number in range(count):
        township = Organisation(pk=-1 - number, name=f"第{number}土家族苗族乡", path=f"50/1/{number}/")
        rows.append(
            reports.township_row(township, (500 + number * 97, date(2026, 6, 30)), reports.StaffCount(own=3, higher_education=2), basis)
        )
    bureau = Organisation(name="某自治县民政局", short_name="某县")
    breaches = [*rules.district_breaches(4), *rules.training_breaches(0, 2026), *rules.assistant_breaches(9, 0)]
    return reports.UnitTable(bureau, basis, rows, reports.Totals.of(rows), reports.StaffCount(own=4), breaches, 9, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [2, 14, 20, 36, 44, 56])
def test_the_paper_is_one_landscape_page_with_every_township_and_its_rules(count):
    data = pdf.render("staffing/print/unit_table.html", papers.paper_context(table_of(count)))
    reader = PdfReader(io.BytesIO(data))
    (page,) = reader.pages
    assert page.mediabox.width > page.mediabox.height
    text = page.extract_text().replace("\n", "")
    assert all(f"第{number}土家族苗族乡" in text for number in range(count))
    for words in ("渝民发〔2018〕4号", "下限进一、上限舍去", "不提出核减意见", "数据已超过一个季度"):
        assert words in text, words
