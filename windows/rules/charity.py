"""Need meets charity: what may be told without saying whose it is, to whom, and what becomes of an offer. Values in, verdicts out."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from records.policy import Breach, Clause
from windows.rules.course import REASON_MINIMUM

LINKED = Clause("渝民发〔2018〕4号", "三（四）")
MINIMAL = Clause("个人信息保护法", "第六条")
REVOKED = Clause("个人信息保护法", "第十五条")
HANDED = Clause("个人信息保护法", "第二十三条")
CONSENT = Clause("个人信息保护法", "第二十九条")
GUARDIAN = Clause("个人信息保护法", "第三十一条")
HOUSE = Clause("一门平台运行规则", "慈善帮扶对接")

# DESIGN: used only where no policy value is set; shown as 示例. Working days, but for the days of publication.
DAYS = {
    "charity_review_days": 3,
    "charity_publish_days": 30,
    "charity_match_days": 5,
    "charity_delivery_days": 15,
    "charity_confirm_days": 5,
    "charity_complaint_days": 10,
}
GUARDED_BELOW = 14
GUARDING = "GUARDIAN"
WHITELIST = {  # whatever else is known about the household stays in the file
    "code": "需求编号",
    "place": "乡镇（街道）",
    "category": "类别",
    "what": "需要什么",
    "quantity": "数量",
    "situation": "情况说明",
}
FREE = ("what", "quantity", "situation")  # typed by people, so judged word by word; of the quantity its unit
HANDABLE = {"name": "姓名", "phone": "联系电话", "address": "住址"}

NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
LONG_NUMBER = re.compile(r"\d{7,}")
CONTACT = re.compile(r"微信|QQ|身份证号|手机号|电话[:：号]|@|(?<![A-Z])V?WX|HTTPS?:|WWW\.", re.IGNORECASE)
DOOR = re.compile(r"(?:\d|[一二三四五六七八九十])+(?:组|社|栋|幢|单元|室|弄|号楼|号附|号院)|\d+号")
TITLES = "某|先生|女士|大爷|大妈|大娘|婆婆|爷爷|奶奶|老师|师傅|老太|老汉"
SQUEEZED = re.compile(r"[\s\-—－.·•,，、_]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a charity reads about one need; there is no room for more."""

    code: str
    place: str
    category: str
    what: str
    quantity: str
    situation: str

    def rows(self) -> list[tuple[str, str]]:
        return [(label, getattr(self, field)) for field, label in WHITELIST.items()]

    def digest(self) -> str:
        """Tells whether what was looked at is what is sent. The number is given later."""
        told = "\x1f".join(text for label, text in self.rows() if label != WHITELIST["code"])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def amount(value: Decimal, unit: str = "") -> str:
    """“1,000 元”, “2.50 次”: without zeros that nobody typed."""
    whole = value == value.to_integral_value()
    return f"{value:,.0f} {unit}".strip() if whole else f"{value:,.2f} {unit}".strip()


def plain(text: str) -> str:
    """As a reader sees it, without what hides a name or a number from a search: widths, blanks, dashes, dots."""
    return SQUEEZED.sub("", unicodedata.normalize("NFKC", text)).upper()


def village_words(names: Iterable[str]) -> set[str]:
    """“兴隆村民委员会” is also “兴隆村”, “和平社区居民委员会” also “和平社区”."""
    short = {re.sub(r"居民委员会$", "", re.sub(r"村?村民委员会$", "村", name)) for name in names}
    return {plain(word) for word in {*names, *short} if len(word) > 1}


def address_words(address: str) -> set[str]:
    """Pieces of an address that tell the place by themselves: four characters or more between its divisions."""
    parts = re.split(r"\d|省|市|区|县|镇|乡|街道|村|社区|组|社|路|街|号|栋|幢|单元|室|[\s,，、]", unicodedata.normalize("NFKC", address))
    return {plain(part) for part in parts if len(part) >= 4} | ({plain(address)} if len(address) >= 4 else set())


def screen_breaches(fields: Mapping[str, str], *, names: Iterable[str], villages: Iterable[str], address: str) -> Iterator[Breach]:
    """W-NEED: nothing that leaves says who it is. ``names``: of everybody in the household and of who acts for them."""
    people = [name.strip() for name in names if name.strip()]
    places = village_words(villages) | address_words(address)
    for field in FREE:
        text, label = plain(fields[field]), WHITELIST[field]
        if LONG_NUMBER.search(text.translate(NUMERALS)):
            yield _told(f"{label}中有证件号、电话、账号一类的长号码，请删除。")
        if CONTACT.search(text):
            yield _told(f"{label}中有联系方式或者证件字样，请删除；对接以后才能提供联系方式。")
        if any(plain(name) in text for name in people) or any(re.search(f"{re.escape(name[0])}(?:{TITLES})", text) for name in people):
            yield _told(f"{label}中有申请人、家庭成员或者代办人的姓名或者称呼，请改为“该户”“老人”“孩子”等。")
        if DOOR.search(text) or any(place in text for place in places):
            yield _told(f"{label}中有村（社区）、门牌一类的具体地点，只能到乡镇（街道），请删除。")


def _told(message: str) -> Breach:
    return Breach("W-NEED", MINIMAL, message)


def need_breaches(
    *, quantity: Decimal, gap_note: str, situation: str, seen: bool, withdrawn: bool, refused: bool | None
) -> Iterator[Breach]:
    """``seen``: the clerk looked at exactly this text. ``withdrawn``: the application was. ``refused``: None where that was not claimed."""
    if withdrawn:
        yield Breach("W-NEED", LINKED, "申请人已撤回申请，不能再登记帮扶需求。")
    if refused is False:
        yield Breach("W-NEED", LINKED, "该申请没有不予受理或者不予确认的结论，“政策情况”请改选其他。能由政策解决的先按政策办理。")
    if quantity <= 0:
        yield Breach("W-NEED", LINKED, f"数量 {quantity} 应大于零。")
    if len(gap_note.strip()) < REASON_MINIMUM:
        yield Breach("W-NEED", LINKED, f"请写明政策为什么不能覆盖（不少于 {REASON_MINIMUM} 个字，现有 {len(gap_note.strip())} 个字）。")
    if len(situation.strip()) < REASON_MINIMUM:
        yield Breach("W-NEED", LINKED, f"请写情况说明（不少于 {REASON_MINIMUM} 个字），慈善组织据此判断能否帮扶。")
    if not seen:
        yield Breach("W-NEED", HOUSE, "提交的内容与预览时不同。请先按“预览”，核对将要发布的全部内容后再提交。")


def consent_breaches(*, given_on: date, today: date, giver: str, age: int | None) -> Iterator[Breach]:
    """W-CONSENT: telling others, and handing anything over, rests on a consent of its own."""
    if given_on > today:
        yield Breach("W-CONSENT", CONSENT, f"同意日期 {given_on} 晚于今天。先取得同意，再登记需求。")
    if age is not None and age < GUARDED_BELOW and giver != GUARDING:
        yield Breach("W-CONSENT", GUARDIAN, f"申请人 {age} 岁，不满 {GUARDED_BELOW} 周岁，须由监护人同意。")


def review_breaches(*, own: bool, checked: bool) -> Iterator[Breach]:
    """W-NEED: a second person reads it before anybody else does."""
    if own:
        yield Breach("W-NEED", HOUSE, "登记人不能审核自己登记的需求，请由另一人审核。")
    if not checked:
        yield Breach("W-NEED", MINIMAL, "请逐项核对发布内容不能识别到个人（没有学校、医院、单位名称和罕见病名等），并勾选“已核对”。")


def reason_breaches(rule: str, reason: str, *, act: str) -> Iterator[Breach]:
    """What goes back or ends does so in words the other side can act on."""
    if len(reason.strip()) < REASON_MINIMUM:
        yield Breach(rule, HOUSE, f"{act}须写明理由（不少于 {REASON_MINIMUM} 个字，现有 {len(reason.strip())} 个字）。")


def charity_breaches(*, checked_on: date, today: date, valid_until: date | None, checked_how: str) -> Iterator[Breach]:
    """W-CHARITY: a bureau shows needs only to whom it verified itself."""
    if checked_on > today:
        yield Breach("W-CHARITY", HOUSE, f"核实日期 {checked_on} 晚于今天。")
    if valid_until is not None and valid_until < today:
        yield Breach("W-CHARITY", HOUSE, f"登记（认定）证书已于 {valid_until} 到期，请核对后再登记。")
    if len(checked_how.strip()) < REASON_MINIMUM:
        yield Breach("W-CHARITY", HOUSE, f"请写明如何核实（查验的证书、查询的网站，不少于 {REASON_MINIMUM} 个字）。")


def offer_breaches(
    *, quantity: Decimal, left: Decimal, active: bool, lapses_on: date | None, ready_on: date, today: date
) -> Iterator[Breach]:
    """W-OFFER: by a verified charity, while the need is told, of no more than is still wanted."""
    if not active:
        yield Breach("W-CHARITY", HOUSE, "本组织的核实已停用或者证书已过期，不能认领。请联系区县民政局。")
    if lapses_on is None or lapses_on < today:
        yield Breach("W-OFFER", HOUSE, "该需求已停止征集，不能认领。")
    if not 0 < quantity <= left:
        yield Breach("W-OFFER", LINKED, f"认领数量 {quantity:f} 应大于零，且不超过尚缺的 {left:f}。")
    if ready_on < today:
        yield Breach("W-OFFER", HOUSE, f"预计交付日期 {ready_on} 已经过去。")


def match_breaches(*, quantity: Decimal, left: Decimal, active: bool, handed: Iterable[str], shared: Iterable[str]) -> Iterator[Breach]:
    """W-OFFER, W-CONSENT: never more than the need in all; nothing handed over that the applicant did not agree to."""
    if not active:
        yield Breach("W-CHARITY", HOUSE, "该慈善组织的核实已停用或者证书已过期，不能对接。")
    if quantity > left:
        yield Breach("W-OFFER", LINKED, f"认领 {quantity:f} 超过尚缺的 {left:f}，对接合计不能超过需求。")
    if beyond := [HANDABLE[one] for one in HANDABLE if one in set(handed) - set(shared)]:
        yield Breach("W-CONSENT", HANDED, f"申请人没有同意提供{'、'.join(beyond)}，不能提供给慈善组织。")


def reveal_breaches(*, handed: bool, open_offer: bool, revoked: bool, active: bool, purpose: str) -> Iterator[Breach]:
    """W-CONSENT: what was handed over may be looked at for the delivery, and no longer."""
    if revoked:
        yield Breach("W-CONSENT", REVOKED, "申请人已撤回同意，不再提供身份信息。")
    if not (handed and open_offer and active):
        yield Breach("W-CONSENT", HANDED, "该认领现在不提供受助人的身份信息；需要联系的，请与乡镇（街道）经办人联系。")
    if len(purpose.strip()) < 4:
        yield Breach("W-CONSENT", HANDED, "查看受助人信息须写明用途（不少于 4 个字）。")


def delivery_breaches(*, on: date, matched_on: date, today: date, quantity: Decimal, promised: Decimal, evidence: str) -> Iterator[Breach]:
    """W-DELIVERY: what was given, when, and what shows it."""
    if not matched_on <= on <= today:
        yield Breach("W-DELIVERY", HOUSE, f"交付日期 {on} 应在对接之日 {matched_on} 至今天之间。")
    if not 0 < quantity <= promised:
        yield Breach("W-DELIVERY", HOUSE, f"交付数量 {quantity:f} 应大于零，且不超过对接的 {promised:f}。")
    if not evidence.strip():
        yield Breach("W-DELIVERY", HOUSE, "请写明交付情况和凭证（转账回单、收据、签收单的编号）。")


def confirm_breaches(*, on: date, delivered_on: date, today: date, how: str) -> Iterator[Breach]:
    """W-DELIVERY: the recipient says so, and the clerk writes down how."""
    if not delivered_on <= on <= today:
        yield Breach("W-DELIVERY", HOUSE, f"确认日期 {on} 应在交付之日 {delivered_on} 至今天之间。")
    if len(how.strip()) < REASON_MINIMUM:
        yield Breach("W-DELIVERY", HOUSE, f"请写明向谁、怎样确认收到（不少于 {REASON_MINIMUM} 个字）。")


def complaint_breaches(*, raised_on: date, matched_on: date, today: date, text: str) -> Iterator[Breach]:
    """W-DELIVERY: it did not come, or not as promised."""
    if not matched_on <= raised_on <= today:
        yield Breach("W-DELIVERY", HOUSE, f"投诉日期 {raised_on} 应在对接之日 {matched_on} 至今天之间。")
    yield from reason_breaches("W-DELIVERY", text, act="登记投诉")
