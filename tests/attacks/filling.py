"""What a person would send from a page: its form as it stands, with something sound in every field that is still empty."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from records import clock
from tests.attacks.forms import forms_in
from tests.attacks.routes import Route
from tests.attacks.world import PDF

WORDS = "经研究，按规定办理，理由如实记录在案。"
BY_NAME = {
    "phone": "13900000000", "contact_phone": "13900000000", "mobile": "13900000000", "id_number": "500101199001011237", 
    "uscc": "91500100MA0000099A",
    "username": "forged-person", "password": "Ziyu-72-Liangjiang", "new_password": "Ziyu-72-Liangjiang", "email": "a@example.cn",
}  # fmt: skip


def drawn_in(response) -> list[forms.BaseForm]:
    """The page's own form: the first that its templates were given. Parts of the page drawn later may bring others under that name."""
    drawn = [part for context in response.context or [] for part in context]
    return [part["form"] for part in drawn if hasattr(part.get("form"), "fields")][:1]


def filled(response, url: str, known: dict) -> tuple[dict, set[str]]:
    """What is sent to ``url``, and the names of every field that its form asks for."""
    here = [form for form in forms_in(response.content) if form.method == "POST"] if html(response) else []
    known.update({form.action.partition("?")[0]: form for form in here if form.action})
    own = next((form for form in here if form.action in ("", url)), None) or known.get(url)
    data, names = {}, set()
    if own is not None:
        names |= own.names
        data |= {name: value for name, value in own.chosen.items() if value} | {name: BY_NAME.get(name, WORDS) for name in own.typed}
    for form in drawn_in(response):
        for bound in form:
            names.add(bound.html_name)
            value = bound.value()
            data[bound.html_name] = sample(bound) if value in (None, "", []) else sent(value)
    return {name: value for name, value in data.items() if value is not None}, names


def html(response) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")


def sent(value):
    return [str(item) for item in value] if isinstance(value, list | tuple) else value if hasattr(value, "read") else str(value)


def sample(bound):
    """Something that this field takes."""
    field, name = bound.field, bound.name
    if isinstance(field, forms.FileField):
        return SimpleUploadedFile("证明.pdf", PDF, content_type="application/pdf")
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return "on" if field.required else None
    if hasattr(field, "choices"):
        values = [str(value) for value, _ in flat(field.choices) if str(value)][:1]
        return (
            (values if hasattr(field.widget, "allow_multiple_selected") and field.widget.allow_multiple_selected else values[0])
            if values
            else None
        )
    if isinstance(field, forms.DateTimeField):
        return clock.now().strftime("%Y-%m-%dT%H:%M")
    if isinstance(field, forms.DateField):
        return clock.today().isoformat()
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return str(max(1, field.min_value or 1))
    text = next((value for key, value in BY_NAME.items() if key in name), WORDS)
    limit = getattr(field, "max_length", None)
    return text[:limit] if limit else text


def flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def looked_round(client, routes: list[Route], paper, known: dict) -> None:
    """The pages about the same paper, for the forms on them that are sent to an address without a page of its own."""
    for route in routes:
        if not route.pattern.startswith("api/") and route.name.endswith("_detail"):
            page = client.get(route.url(paper.values))
            if html(page):
                known.update(
                    {form.action.partition("?")[0]: form for form in forms_in(page.content) if form.method == "POST" and form.action}
                )
