"""Materials of events: links and files, who gets them, and what is left when they are taken away."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from common import uploads
from network import event_actions
from network.models import Event, EventMaterial

from . import factories, pages
from .test_events import person, published, values

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def file(name: str = "kalvot.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def add(event: Event, **named) -> EventMaterial:
    prepared = uploads.prepare(file(**named))
    return event_actions.add_material(event, title="Kalvot", prepared=prepared, by=None)


def kept(media: Path) -> list[str]:
    return [path.name for path in media.rglob("*") if path.is_file()]


def test_coordinator_adds_a_file_and_guests_download_it(media):
    event, desk = published(), pages.coordinators_client()
    path = pages.act(event, "add-material")
    assert "multipart/form-data" in desk.get(path).content.decode()
    assert desk.post(path, {"title": "Kalvot", "file": file()}).status_code == 302
    material = EventMaterial.objects.get()
    assert (material.name, material.size, material.ending) == ("kalvot.pdf", len(PDF), "PDF")
    guest = Client()
    page = guest.get(event.get_absolute_url()).content.decode()
    assert material.get_absolute_url() in page
    assert material.get_absolute_url() in desk.get(pages.page(event)).content.decode()
    answer = guest.get(material.get_absolute_url())
    assert answer.getvalue() == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="kalvot.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "url"),
        ({"url": "https://example.org", "file": file()}, "url"),
        ({"file": file("ohjelma.exe", b"MZ\0")}, "file"),
        ({"file": file("kalvot.pdf", b"<script>alert(1)</script>")}, "file"),
        ({"file": file("sivu.html", b"<p>")}, "file"),
        ({"file": file("kuva.svg", b"<svg/>")}, "file"),
        ({"file": file("tyhja.pdf", b"")}, "file"),
        ({"file": file("kuva.png", b"not a picture")}, "file"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_what_is_no_material_is_told_by_its_field(media, told, field):
    event, desk = published(), pages.coordinators_client()
    answer = desk.post(pages.act(event, "add-material"), {"title": "Kalvot", **told})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not EventMaterial.objects.exists()
    assert kept(media) == []


def test_what_is_too_large_is_refused(monkeypatch, media):
    monkeypatch.setattr(uploads, "MAX_ATTACHMENT_BYTES", 10)
    event, desk = published(), pages.coordinators_client()
    answer = desk.post(pages.act(event, "add-material"), {"title": "Kalvot", "file": file()})
    assert list(answer.context["form"].errors) == ["file"]


def test_picture_is_drawn_anew_without_what_the_camera_told(media):
    taken = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "kanarialintu"
    Image.new("RGB", (60, 40), "blue").save(taken, "JPEG", exif=exif)
    assert b"kanarialintu" in taken.getvalue()
    material = add(published(), name="kuva.jpeg", data=taken.getvalue())
    answer = Client().get(material.get_absolute_url())
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"kanarialintu" not in answer.getvalue()


def test_file_is_for_those_who_see_the_event():
    hidden = add(published(is_public=False))
    draft = add(event_actions.create(values(), by=None))
    member, guest, coordinator = Client(), Client(), pages.coordinators_client()
    member.force_login(factories.member().user)
    guest.force_login(person(1))
    for client, material, status in (
        (Client(), hidden, 404),
        (guest, hidden, 404),
        (member, hidden, 200),
        (member, draft, 404),
        (Client(), draft, 404),
        (coordinator, draft, 200),
    ):
        answer = client.get(material.get_absolute_url())
        assert answer.status_code == status
        if status == 200:
            assert answer.getvalue() == PDF
            assert answer["Cache-Control"] == "private, no-cache"
    # Neither another name nor a link's number opens a file.
    link = event_actions.add_material(hidden.event, title="Linkki", url="https://example.org", by=None)
    assert member.get(reverse("network:material", args=[hidden.pk, "toinen.pdf"])).status_code == 404
    assert member.get(reverse("network:material", args=[link.pk, "x"])).status_code == 404


@pytest.mark.usefixtures("mail_at_once")
def test_file_goes_with_the_material_with_the_draft_and_with_the_examples(media):
    removed = add(published())
    event_actions.remove_material(removed, by=None)
    draft = event_actions.create(values(), by=None)
    add(draft)
    event_actions.discard(draft, by=None)
    example = event_actions.create(values(), by=None, is_example=True)
    add(example)
    stays = add(published(), name="jaa.pdf")
    assert event_actions.remove_examples() == 1
    assert kept(media) == ["jaa.pdf"]
    assert list(EventMaterial.objects.all()) == [stays]


@pytest.mark.django_db(transaction=True)
def test_file_stays_when_its_removal_is_not_kept(media):
    material = add(published())
    with transaction.atomic():
        event_actions.remove_material(material, by=None)
        transaction.set_rollback(True)
    assert kept(media) == ["kalvot.pdf"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "", "url": "https://example.org"},
        {"title": "Ei mitään"},
        {"title": "Molemmat", "url": "https://example.org", "file": "a.pdf", "name": "a.pdf"},
        {"title": "Ilman tyyppiä", "file": "a.pdf", "name": "a.pdf", "size": 1},
        {"title": "Ilman kokoa", "file": "a.pdf", "name": "a.pdf", "content_type": "application/pdf"},
    ],
)
def test_database_refuses_what_is_neither_a_link_nor_a_file(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        EventMaterial.objects.create(event=published(), **wrong)
