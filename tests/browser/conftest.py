import pytest


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
