"""Tags and filters of the page frame, built in to every template (settings: builtins).

They give values a shape (money, dates, icons) and let ``only``-included components reach the request; they look nothing up.
"""

import re
import uuid
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

import segno
from django import forms, template
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import is_aware, localtime

from records.idempotency import FIELD as IDEMPOTENCY_FIELD

register = template.Library()

CURSORS = ("after", "before")
SORT = "sort"
DASH = "—"


def _request(context):
    return getattr(context, "request", None) or context.get("request")


# Values


@register.filter
def figures(value, places: int | None = None) -> str:
    """1280000 → 1,280,000; None → —."""
    if value is None or value == "":
        return DASH
    number = Decimal(str(value))
    if places is None:
        places = max(0, -number.normalize().as_tuple().exponent)
    return f"{number:,.{int(places)}f}"


@register.filter
def money(value) -> str:
    """Decimal 元 → 1,280,000.00 元; None → —."""
    return DASH if value is None or value == "" else f"{Decimal(str(value)):,.2f} 元"


@register.filter
def wan(value) -> str:
    """元 → 万元, two places, for charts and headings."""
    return DASH if value is None or value == "" else f"{Decimal(str(value)) / 10_000:,.2f} 万元"


@register.filter
def percent(value, places: int = 2) -> str:
    """A share in percent: Decimal("12.5") → 12.5%."""
    if value is None or value == "":
        return DASH
    text = f"{Decimal(str(value)):.{int(places)}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


@register.filter
def day(value) -> str:
    """2026-11-22; an aware time is taken in Asia/Shanghai."""
    return _local(value).strftime("%Y-%m-%d") if value else DASH


@register.filter
def moment(value) -> str:
    """2026-11-22 09:05."""
    return _local(value).strftime("%Y-%m-%d %H:%M") if value else DASH


@register.filter
def day_cn(value) -> str:
    """2026年11月22日, as in documents. The frozen words of a notice hold days as text."""
    if not value:
        return DASH
    value = date.fromisoformat(value) if isinstance(value, str) else _local(value)
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def short_day(value) -> str:
    """11月22日."""
    return f"{_local(value).month}月{_local(value).day}日" if value else DASH


def _local(value: date | datetime):
    return localtime(value) if isinstance(value, datetime) and is_aware(value) else value


@register.filter
def filesize(value) -> str:
    """Bytes → 512 B, 38 KB, 1.4 MB."""
    size = int(value or 0)
    if size < 1_024:
        return f"{size} B"
    return f"{size / 1_024:.0f} KB" if size < 1_048_576 else f"{size / 1_048_576:.1f} MB"


# Status chips

TONES = {
    "info": """SUBMITTED PENDING SENT ACKNOWLEDGED NOTICE_PUBLISHED OPENED EVALUATED AWARDED CONTRACTED IN_SERVICE EVALUATING
        OPEN IN_PROGRESS HANDLING ACCEPTED_CASE RUNNING QUEUED SCORING REVIEWING SIGNED ACTIVE TRANSFERRED""",
    "ok": "APPROVED ACCEPTED PUBLISHED CLOSED DONE FINISHED CONFIRMED VERIFIED PASSED ANSWERED COMPLETED SUCCEEDED FINAL",
    "due": "RETURNED DUE SENT_BACK NEEDS_SUPPLEMENT SUPPLEMENT EXPIRING OBJECTED UNCONFIRMED WAITING",
    "overdue": "FAILED TERMINATED OVERDUE REFUSED REJECTED DEBARRED EXPIRED BREACHED LATE",
    "paused": "PAUSED SUSPENDED WITHDRAWN CANCELLED NOT_DUE ARCHIVED INACTIVE VOID",
}
TONE_OF = {status: tone for tone, statuses in TONES.items() for status in statuses.split()}


@register.simple_tag
def status_chip(obj, tone: str = ""):
    """The chip of a row with a ``status`` field. A model may name its own tones in ``STATUS_TONES``."""
    own = getattr(type(obj), "STATUS_TONES", {})
    tone = tone or own.get(obj.status) or TONE_OF.get(str(obj.status).upper(), "")
    return chip(obj.get_status_display(), tone)


@register.simple_tag
def chip(label, tone: str = ""):
    return format_html('<span class="chip{}">{}</span>', f" is-{tone}" if tone else "", label)


# Links that keep the list's state


@register.simple_tag(takes_context=True)
def url_with(context, **changes) -> str:
    """This page's address with some query values changed (None or "" drops one); the page cursor starts anew."""
    query = _request(context).GET.copy()
    for name in (*CURSORS, *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def sort_link(context, name: str) -> dict:
    """``{url, direction}`` of a column head: first click ascending, then descending. direction: ascending, descending or ""."""
    request = _request(context)
    current = request.GET.get(SORT, "") if request else ""
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    url = url_with(context, **{SORT: f"-{name}" if direction == "ascending" else name}) if request else "?"
    return {"url": url, "direction": direction}


ENDS = {"min": "不低于", "max": "不高于", "after": "自", "before": "至"}


@register.simple_tag(takes_context=True)
def filter_chips(context, form) -> list[dict]:
    """What the URL filters by now: label, value and the address without it."""
    request = _request(context)
    chips = []
    for name, values in request.GET.lists() if request else ():
        base, _, end = name.rpartition("_")
        field = form.fields.get(name) or (form.fields.get(base) if end in ENDS else None)
        if field is None or name in (*CURSORS, SORT) or not any(values):
            continue
        label = f"{field.label or name}{ENDS.get(end, '') if name not in form.fields else ''}"
        text = "、".join(_choice_text(field, value) for value in values if value)
        chips.append({"label": label, "value": text, "url": url_with(context, **{name: None})})
    return chips


def _choice_text(field, value: str) -> str:
    try:
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
            return str(field.to_python(value))
    except forms.ValidationError:
        return value
    return next((str(label) for key, label in getattr(field, "choices", ()) if str(key) == value), value)


@register.simple_tag
def clause_url(clause) -> str:
    """The page of our own summary of a clause; with htmx it answers the card alone."""
    return f"{reverse('records:clause_list')}?{urlencode({'document': clause.document, 'number': clause.number})}"


# Forms


@register.simple_tag(takes_context=True)
def csrf_field(context):
    """The CSRF input; works inside ``only``-included components, where ``csrf_token`` is out of reach."""
    request = _request(context)
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)) if request else ""


@register.simple_tag(takes_context=True)
def once_field(context):
    """The hidden idempotency key: new on a fresh form, the sent one when the form comes back."""
    request = _request(context)
    sent = request.POST.get(IDEMPOTENCY_FIELD, "") if request else ""
    return format_html('<input type="hidden" name="{}" value="{}">', IDEMPOTENCY_FIELD, sent[:80] or uuid.uuid4().hex)


@register.filter
def widget(field):
    """A bound field's input with the classes of its kind; value, aria and id are Django's."""
    kind = field.field.widget
    classes = [kind.attrs.get("class", "")]
    if isinstance(kind, forms.RadioSelect | forms.CheckboxSelectMultiple):
        classes.append("choices")
    elif isinstance(kind, forms.Select):
        classes.append("form-select")
    elif not field.is_hidden and not isinstance(kind, forms.CheckboxInput):
        classes.append("form-control")
    if isinstance(field.field, forms.DecimalField | forms.IntegerField) and not isinstance(kind, forms.Select):
        classes.append("is-number")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes)), **_hints(field)})


def _hints(field) -> dict:
    """Phone keyboards that fit, a calendar for a date, and no browser guesses in our own forms."""
    hints = {}
    if isinstance(field.field, forms.DateField) and isinstance(field.field.widget, forms.DateInput):
        hints["type"] = "date"
    if isinstance(field.field, forms.DecimalField | forms.IntegerField):
        hints["inputmode"] = "decimal" if isinstance(field.field, forms.DecimalField) else "numeric"
    attrs = field.field.widget.attrs
    if "autocomplete" not in attrs and isinstance(field.field.widget, forms.TextInput | forms.Textarea):
        hints["autocomplete"] = "off"
    return {name: value for name, value in hints.items() if name not in attrs}


SHORT = re.compile(r"[\d\s,.:至—起止前元第号年月日%-]+")


@register.filter
def hold(text) -> str:
    """The class of a cell: not to be broken (dates, amounts, words too short to break well), or wide enough for a sentence."""
    words = str(text or "")
    if len(words) <= 7 or SHORT.fullmatch(words):
        return "nowrap"
    return "is-sentence" if len(words) > 24 else "is-phrase"


@register.filter
def field_kind(field) -> str:
    """Which frame a field needs: hidden, check (one box), group (several inputs under one legend) or plain."""
    kind = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(kind, forms.CheckboxInput):
        return "check"
    return "group" if kind.use_fieldset else "plain"


# Frame


@register.simple_tag
def icon(name: str, label: str = ""):
    """One drawing of the sprite; decorative unless it has a label."""
    aria = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#bi-{}"/></svg>', aria, static("vendor/icons.svg"), name)


@register.simple_block_tag
def card(content, title="", link="", link_label="", tone="", flush=False, id=""):
    """``{% card title="…" %}…{% endcard %}``: a titled box. ``flush`` leaves out the inner padding (for tables)."""
    values = {
        "title": title,
        "link": link,
        "link_label": link_label,
        "tone": tone,
        "flush": flush,
        "id": id,
        "body": conditional_escape(content),
    }
    return mark_safe(get_template("components/card.html").render(values))  # noqa: S308 (template output)


@register.simple_tag
def qr(text: str, label: str, scale: int = 4):
    """A QR code drawn into the page."""
    drawing = segno.make(text, error="m").svg_inline(scale=scale, border=2, omitsize=False)
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', label, mark_safe(drawing))  # noqa: S308 (segno's own SVG)
