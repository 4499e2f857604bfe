"""Which replies look as if somebody answered for others (E-08). Pure: a pattern only raises a doubt, a person decides.

Our own design, as all numbers here are set by an authority: a pattern whose number is not set is not looked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from evaluation.rules import THREE_VOICES
from records.policy import Breach

SHOWN = 12  # serials named in a finding


class Pattern(StrEnum):
    DEVICE = "device"
    BURST = "burst"
    NETWORK = "network"
    ALIKE = "alike"


PATTERN_LABELS: Mapping[str, str] = {
    Pattern.DEVICE: "同一设备",
    Pattern.BURST: "相隔数秒",
    Pattern.NETWORK: "承接主体网络",
    Pattern.ALIKE: "答案雷同",
}


@dataclass(frozen=True, slots=True)
class Given:
    """One reply as the patterns see it. ``device``: a mark that says only “the same again”; empty once forgotten."""

    serial: int
    own_phone: bool
    at: datetime
    device: str = ""
    from_contractor: bool = False
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """None or False: that pattern is not looked for."""

    device: int | None = None  # replies from one device, from so many on
    burst: int | None = None  # seconds between two replies, below so many
    network: bool = False
    alike: int | None = None  # replies in a row with the very same answers, from so many on


def findings(replies: Sequence[Given], limits: Limits) -> dict[int, dict[str, str]]:
    """E-08: serial → pattern → what was seen, in words that hold no time and nothing about a device."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    arrived = sorted(replies, key=lambda row: (row.at, row.serial))
    for look in (_devices, _bursts, _networks, _alike):
        for pattern, serials, words in look(arrived, limits):
            for serial in serials:
                found[serial].setdefault(str(pattern), words)
    return {serial: dict(sorted(seen.items())) for serial, seen in sorted(found.items())}


def _named(serials: Sequence[int]) -> str:
    shown = "、".join(f"{serial:03d}" for serial in sorted(serials)[:SHOWN])
    return f"编号 {shown}{' 等' if len(serials) > SHOWN else ''}"


def _devices(arrived: Sequence[Given], limits: Limits):
    if limits.device is None:
        return
    by_device = defaultdict(list)
    for row in arrived:
        if row.device:
            by_device[row.device].append(row.serial)
    for serials in by_device.values():
        if len(serials) >= limits.device:
            yield Pattern.DEVICE, serials, f"{len(serials)} 份来自同一网络出口上的同类设备（{_named(serials)}）"


def _bursts(arrived: Sequence[Given], limits: Limits):
    if limits.burst is None:
        return
    phones = [row for row in arrived if row.own_phone]
    for earlier, later in zip(phones, phones[1:], strict=False):
        if later.at - earlier.at < timedelta(seconds=limits.burst):
            pair = [earlier.serial, later.serial]
            yield Pattern.BURST, pair, f"两份相隔不足 {limits.burst} 秒（{_named(pair)}）"


def _networks(arrived: Sequence[Given], limits: Limits):
    if limits.network:
        for row in arrived:
            if row.from_contractor:
                yield Pattern.NETWORK, [row.serial], "来自承接主体人员近期登录本平台所用的网络出口"


def _alike(arrived: Sequence[Given], limits: Limits):
    if limits.alike is None:
        return
    run: list[Given] = []
    for row in (*arrived, None):
        if row is not None and run and row.levels == run[-1].levels:
            run.append(row)
            continue
        if len(run) >= limits.alike and run[0].levels:
            serials = [each.serial for each in run]
            yield Pattern.ALIKE, serials, f"先后收到的 {len(run)} 份答案完全相同（{_named(serials)}）"
        run = [row] if row is not None else []


def decision_breaches(*, doubted: bool, reason: str, is_open: bool, serial: str) -> Iterator[Breach]:
    """E-08: only what a pattern points at can be set aside, by a person, with a reason, while the period is open."""
    if not is_open:
        yield Breach("E-08", THREE_VOICES, "本期评价已经计分，不能再改剔除决定。确有错误的，先退回收集。")
    if not doubted:
        yield Breach("E-08", THREE_VOICES, f"测评单 {serial} 没有查出疑点，不能剔除：不合心意不是剔除的理由。")
    if not reason.strip():
        yield Breach("E-08", THREE_VOICES, "剔除或者保留答卷都须写明理由。")


def undecided_breaches(count: int) -> Iterator[Breach]:
    """E-08: a period is not closed over doubts that nobody has looked at."""
    if count:
        yield Breach("E-08", THREE_VOICES, f"还有 {count} 份有疑点的答卷没有人核定，请在“答卷疑点”中剔除或者保留后再计分。")
