"""What a reader of values cannot see in an xlsx: rows struck through, and formulas without a stored value. Runs in the child.

Only a book that has such a font or a formula is looked through; one cell is held at a time.
"""

import io
import re
import zipfile
from posixpath import basename, join, normpath
from xml.etree import ElementTree  # a DOCTYPE was refused before (records.archives), and the child is limited

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
ENOUGH = 10_000  # marks of one sheet; more of them is a broken file, not a message


def of_book(data: bytes) -> dict[str, tuple[list[int], list[list[int]]]]:
    """Sheet name → (rows struck through, cells with a formula and no value), all counted from 0. Empty for anything but xlsx."""
    if not data.startswith(b"PK"):
        return {}
    book = zipfile.ZipFile(io.BytesIO(data))
    struck = _struck_styles(book)
    found = {}
    for name, part in _sheets(book):
        content = book.read(part)
        if struck or b"<f" in content:
            found[name] = _marks(content, struck)
    return found


def _sheets(book):
    names = set(book.namelist())
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target") for link in links}
    for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):  # noqa: S314
        target = targets.get(sheet.get(RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        if part in names and basename(part):
            yield sheet.get("name"), part


def _struck_styles(book) -> set[str]:
    if "xl/styles.xml" not in book.namelist() or b"<strike" not in (content := book.read("xl/styles.xml")):
        return set()
    root = ElementTree.fromstring(content)  # noqa: S314
    marks = [font.find(f"{MAIN}strike") for font in root.iterfind(f"{MAIN}fonts/{MAIN}font")]
    fonts = {str(place) for place, mark in enumerate(marks) if mark is not None and mark.get("val", "1") not in ("0", "false")}
    return {str(place) for place, style in enumerate(root.iterfind(f"{MAIN}cellXfs/{MAIN}xf")) if style.get("fontId") in fonts}


def _marks(content: bytes, struck: set[str]) -> tuple[list[int], list[list[int]]]:
    rows, cells = [], []
    for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314
        if element.tag != f"{MAIN}row" or not element.get("r"):
            continue
        said = [cell for cell in element if len(cell) and cell.get("r")]
        if said and all(cell.get("s") in struck for cell in said):
            rows.append(int(element.get("r")) - 1)
        cells += [_place(cell) for cell in said if cell.find(f"{MAIN}f") is not None and not cell.findtext(f"{MAIN}v")]
        element.clear()
        if len(rows) + len(cells) > ENOUGH:
            break
    return rows, cells


def _place(cell) -> list[int]:
    letters, number = PLACE.fullmatch(cell.get("r")).groups()
    column = 0
    for char in letters:
        column = column * 26 + ord(char) - 64
    return [int(number) - 1, column - 1]
