import pytest

from procurement.sealing import custody


@pytest.fixture(autouse=True)
def _light_key_stretching(monkeypatch):
    """Argon2 with 64 MiB, four times a tender, would make these tests wait for nothing they ask about."""
    monkeypatch.setattr(custody, "MEMORY_KIB", 64)


@pytest.fixture
def play(page, sign_in_as):
    """``play(user, url)`` → the tab, opened by that person; what the page asks to have confirmed is confirmed."""
    page.on("dialog", lambda dialog: dialog.accept())

    def opened(user, url):
        sign_in_as(user)
        page.goto(url)
        return page

    return opened


@pytest.fixture
def press(page):
    """``press("批准")``: the one button of that name, and the page that follows."""

    def pressed(name):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    return pressed
