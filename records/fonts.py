"""One generated font configuration for PDFs and for the browser tests: the packaged Noto Serif/Sans SC, and a bureau's own.

A bureau that holds a licence for 仿宋_GB2312 or 方正小标宋 puts the files into FONTS_DIR; nothing else changes.
Imports no Django beyond settings.
"""

from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
{folders}
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def font_folders() -> list[Path]:
    """Where fonts may be read from: the package's folder and settings.FONTS_DIR."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    packaged = [Path(place) for place in spec.submodule_search_locations] if spec else []
    return [*packaged, Path(settings.FONTS_DIR)]


def fontconfig_file() -> Path:
    """The path for FONTCONFIG_FILE, written when absent or out of date."""
    folder = Path(settings.VAR_DIR) / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(f"  <dir>{escape(str(place))}</dir>" for place in font_folders())
    text = CONFIGURATION.format(folders=lines, cache=escape(str(folder / "cache")))
    path = folder / "fonts.conf"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        temporary = path.with_suffix(".part")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    return path
