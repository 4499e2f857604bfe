"""Every file field of the register against what must not come in: refused with a reason, and nothing stored."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from records.models import StoredFile
from records.uploads import EICAR
from tests.contractors.factories import PDF, entrance_values, make_contractor, make_contractor_admin
from tests.factories import make_user

pytestmark = pytest.mark.django_db
HOSTILE = {
    "program": ("证明.pdf", b"MZ\x90\x00" + b"\x00" * 64),
    "page": ("证明.pdf", b"<!doctype html><script>alert(1)</script>"),
    "wrong ending": ("证明.exe", PDF),
    "virus mark": ("证明.pdf", PDF + EICAR),
    "empty": ("证明.pdf", b""),
    "broken archive": ("证明.xlsx", b"PK\x03\x04" + b"\x00" * 40),
}


def at(name, *args):
    return reverse(f"contractors:{name}", args=args)


@pytest.fixture
def doors(chongqing, browse):
    """Each file field: (client, address, name of the field, the other fields)."""
    bureau = chongqing.home.bureau
    contractor = make_contractor()
    own = browse(make_contractor_admin(contractor))
    officer = browse(make_user(role=Role.PURCHASE_OFFICER, organisation=bureau))
    finance = browse(make_user(role=Role.FINANCE_OFFICER, organisation=bureau))
    outside = Client()
    values = {name: value for name, value in entrance_values().items() if value is not False}
    outside.post(reverse("application_start"), values | {"district": bureau.pk, "idempotency_key": "k"})
    head = {"representative": "新人", "statement": "换届"}
    return [
        (outside, reverse("application_paper", args=["CAPACITY"]), {}),
        (outside, reverse("application_paper", args=["QUALIFICATION"]), {"title": "某证"}),
        (own, at("proof_new", contractor.pk), {"condition": "CAPACITY"}),
        (own, at("qualification_new", contractor.pk), {"kind": "某证"}),
        (own, at("change_new", contractor.pk, "head"), head),
        (officer, at("credit_check_new", contractor.pk), {"sites": ["CREDIT_CHINA"]}),
        (finance, at("debarment_import"), {}),
    ]


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_file_field_of_the_register_takes_a_hostile_file(doors, kind):
    name, data = HOSTILE[kind]
    for client, url, more in doors:
        answer = client.post(url, {**more, "upload": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422, f"{url} took {kind}: {answer.status_code}"
    assert not StoredFile.objects.exists()


def test_control_the_same_doors_take_an_honest_paper(doors):
    for client, url, more in doors[:-1]:
        assert client.post(url, {**more, "upload": SimpleUploadedFile("证明.pdf", PDF)}).status_code == 302, url
    assert StoredFile.objects.count() == len(doors) - 1
