"""The forms of a page as a browser reads them: which fields, what stands in them, where they are sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "search", "tel", "email", "url", "password", "textarea", ""}  # what people type freely
SAMPLES = {"date": "2026-06-01", "number": "1", "month": "2026-06", "time": "10:00", "datetime-local": "2026-06-01T10:00"}
TOKEN = "csrfmiddlewaretoken"


@dataclass
class Form:
    method: str
    action: str
    typed: set[str] = field(default_factory=set)
    chosen: dict[str, str] = field(default_factory=dict)  # everything else, with a value that a person might send

    @property
    def names(self) -> set[str]:
        return self.typed | set(self.chosen)


class Forms(HTMLParser):
    def __init__(self, page: bytes):
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = ""
        self.feed(page.decode("utf-8", "replace"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "form":
            self.form = Form((given.get("method") or "get").upper(), given.get("action") or "")
            self.forms.append(self.form)
        elif self.form and tag == "option" and self.select:
            if "selected" in given or not self.form.chosen[self.select]:
                self.form.chosen[self.select] = given.get("value") or ""
        elif self.form and name and name != TOKEN and tag in ("input", "select", "textarea", "button"):
            self.take(tag, name, given)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""

    def take(self, tag: str, name: str, given: dict) -> None:
        kind = "textarea" if tag == "textarea" else (given.get("type") or "").lower()
        if tag == "select":
            self.select = name
            self.form.chosen.setdefault(name, "")
        elif tag in ("input", "textarea") and kind in TYPED:
            self.form.typed.add(name)
        elif kind in ("radio", "checkbox") and name in self.form.chosen and "checked" not in given:
            return
        elif kind != "file":
            self.form.chosen[name] = given.get("value") or SAMPLES.get(kind, "")


def forms_in(page: bytes) -> list[Form]:
    return Forms(page).forms
