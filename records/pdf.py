"""Templates to PDF, in a limited child that can fetch nothing (QUALITY T11, T12). Never inside a request that a person waits on.

    data = render("procurement/print/notice.html", {"project": …}, assets={"chart": ("image/png", png_bytes)})

In the template a picture is ``<img src="asset:chart">``; a QR code is inline SVG. Templates extend records/print/official.html
(A4, GB/T 9704-2012) or records/print/slip.html (A5). Characters that turn the reading direction or hide are dropped.
"""

import base64
import json
import re

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from records import child
from records.fonts import fontconfig_file

HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
MEMORY_MB, CPU_SECONDS, WALL_SECONDS = 1_536, 120, 180


def render(template: str, context: dict, *, assets: dict[str, tuple[str, bytes]] | None = None, **options) -> bytes:
    """The PDF. ``options`` go to WeasyPrint (``pdf_variant="pdf/a-3u"``). Raises child.ChildFailed."""
    return render_html(render_to_string(template, context), assets=assets, **options)


def render_html(html: str, *, assets=None, **options) -> bytes:
    """Like ``render`` for markup that is already there."""
    packed = {name: (kind, base64.b64encode(data).decode()) for name, (kind, data) in (assets or {}).items()}
    payload = json.dumps({"html": without_hidden(html), "assets": packed, "options": options}).encode()
    return child.run(
        "records.pdf_child",
        payload,
        memory_mb=MEMORY_MB,
        cpu_seconds=CPU_SECONDS,
        wall_seconds=WALL_SECONDS,
        env={"FONTCONFIG_FILE": str(fontconfig_file())},
    )


def without_hidden(text: str) -> str:
    """Text without bidi controls and zero-width characters: what is read is what is there."""
    return HIDDEN.sub("", text)


def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG, 2 modules of border, error correction M."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=2, border=2, omitsize=True))  # noqa: S308  segno's own markup
