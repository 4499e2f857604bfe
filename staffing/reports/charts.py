"""Lines and tiles as numbers: where each point, label and square of a picture stands. The template only writes them down."""

from dataclasses import dataclass

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 96, 16, 28
LABELS = 8  # months written under the axis


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    points: str
    dots: list[tuple[float, float, str]]
    end_y: float
    name: str  # of its class: the first is drawn dashed


@dataclass(frozen=True, slots=True)
class Trend:
    width: int
    height: int
    lines: list[Line]
    ticks: list[tuple[float, str]]  # y, value
    months: list[tuple[float, str]]  # x, month
    left: int
    right: int
    base: int


def trend(labels: list[str], series: dict[str, list[int | None]]) -> Trend | None:
    """Lines from oldest to newest, from 0 up; None with fewer than two months or nothing to draw."""
    known = [value for values in series.values() for value in values if value is not None]
    if len(labels) < 2 or not known:
        return None
    top = max(max(known), 1)
    right, base = WIDTH - RIGHT, HEIGHT - BOTTOM
    step = (right - LEFT) / (len(labels) - 1)

    def y(value: int) -> float:
        return round(base - (base - TOP) * value / top, 1)

    lines = []
    for number, (label, values) in enumerate(series.items()):
        dots = [(round(LEFT + step * index, 1), y(value), f"{value:,}") for index, value in enumerate(values) if value is not None]
        if dots:
            points = " ".join(f"{x},{height}" for x, height, _ in dots)
            lines.append(Line(f"{label} {dots[-1][2]}", points, dots, dots[-1][1], "is-target" if number == 0 else "is-actual"))
    lines = _apart(lines)
    every = -(-len(labels) // LABELS)
    months = [(round(LEFT + step * index, 1), label) for index, label in enumerate(labels) if (len(labels) - 1 - index) % every == 0]
    ticks = [(y(value), f"{value:,}") for value in sorted({0, top // 2, top})]
    return Trend(WIDTH, HEIGHT, lines, ticks, months, LEFT, right, base)


def months_chart(points: list) -> Trend | None:
    """Lower bound and staff, month by month; ``points`` as ``reports.months`` gives them, newest first."""
    points = points[::-1]
    series = {"标准下限": [point.minimum for point in points], "现有专职": [point.counted for point in points]}
    return trend([f"{point.month:%Y-%m}" for point in points], series)


def _apart(lines: list[Line]) -> list[Line]:
    """End labels that would lie on each other are moved apart."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda one: one.end_y):
        lowest = placed[-1].end_y + 15 if placed else line.end_y
        placed.append(Line(line.label, line.points, line.dots, max(line.end_y, lowest), line.name))
    return placed


TILE, TILE_HEIGHT, TILE_GAP, ACROSS = 88, 60, 6, 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit of the map: where its square stands, what is written on it, and how it stands against the standard."""

    x: int
    y: int
    pk: int
    name: str
    short: str
    figure: str
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class TileMap:
    width: int
    height: int
    tiles: list[Tile]
    size: tuple[int, int] = (TILE, TILE_HEIGHT)


def tile_map(units: list[tuple[int, str, str, str, str]]) -> TileMap:
    """Equal squares in the order of the division codes: no border of any map, nothing from elsewhere.

    ``units``: (pk, name, figure, tone, what is said of it).
    """
    tiles = []
    for index, (pk, name, figure, tone, said) in enumerate(units):
        x, y = (index % ACROSS) * (TILE + TILE_GAP), (index // ACROSS) * (TILE_HEIGHT + TILE_GAP)
        short = name if len(name) <= 6 else f"{name[:5]}…"
        tiles.append(Tile(x, y, pk, name, short, figure, tone, said))
    rows = -(-len(units) // ACROSS) or 1
    across = min(len(units), ACROSS) or 1
    return TileMap(across * (TILE + TILE_GAP) - TILE_GAP, rows * (TILE_HEIGHT + TILE_GAP) - TILE_GAP, tiles)


def township_map(rows: list) -> TileMap:
    """Townships of a district, as ``reports.table`` judged them."""
    return tile_map([(row.pk, row.name, _missing(row.verdict is not None, row.gap), row.standing.tone, row.standing.label) for row in rows])


def district_map(tables: list) -> TileMap:
    """Districts of the city: how many persons are missing in the townships of each, and in how many townships."""
    units = []
    for table in tables:
        total = table.totals
        tone = "due" if total.understaffed else "paused" if total.unknown == total.townships else "ok"
        said = f"{total.townships} 个乡镇（街道）中 {total.understaffed} 个未达标"
        units.append((table.bureau.pk, table.bureau.label, _missing(tone != "paused", total.gap), tone, said))
    return tile_map(units)


def _missing(known: bool, gap: int) -> str:
    if not known:
        return "○ 无数据"
    return f"▼ 缺 {gap:,}" if gap else "● 不缺"
