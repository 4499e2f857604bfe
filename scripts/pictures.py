"""Take the pictures of docs/pictures from a running demonstration: ``make run``, then ``.venv/bin/python scripts/pictures.py http://127.0.0.1:8000``."""

import io
import os
import shutil
import sys
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.demo.organisation import PASSWORD  # noqa: E402
from records.fonts import fontconfig_file  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
COLOURS, LARGEST = 96, 150_000  # a page has few colours, and the repository is no picture book
PICTURES = {"clerk-home": ("chuangkou", "/"), "project": ("caigou", "/procurement/projects/"), "staffing": ("chenju", "/staffing/")}


def sign_in(tab: Page, address: str, username: str) -> None:
    tab.goto(f"{address}/accounts/login/")
    tab.fill("[name=username]", username)
    tab.fill("[name=password]", PASSWORD)
    tab.press("[name=password]", "Enter")
    tab.wait_for_selector("nav[aria-label]")


def open_page(tab: Page, address: str, path: str) -> None:
    tab.goto(address + path)
    if path == "/procurement/projects/":  # the running project, not the list
        tab.get_by_role("link", name="上门照料服务").first.click()
        tab.wait_for_load_state("networkidle")


def save(name: str, picture: bytes) -> None:
    target = FOLDER / f"{name}.png"
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}  {size:,} bytes")
    if size > LARGEST:
        raise SystemExit(f"{target.name} is larger than {LARGEST:,} bytes")


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        environment = os.environ | {"FONTCONFIG_FILE": str(fontconfig_file())}
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], env=environment)
        for name, (username, path) in PICTURES.items():
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            tab = context.new_page()
            sign_in(tab, address, username)
            open_page(tab, address, path)
            save(name, tab.screenshot())
            context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1].rstrip("/"))
