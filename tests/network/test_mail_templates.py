"""Staff's own words for the network's mails: places filled in, nothing run, and back again."""

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from network import mail_texts
from network.models import MailText

from . import factories, pages

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("mail", mail_texts.KINDS)
def test_words_of_every_file_pass_the_check(mail, language):
    assert list(mail_texts.faults(mail, *mail_texts.default(mail, language))) == []


def test_own_words_are_sent():
    MailText.objects.create(
        mail="network_left", language="fi", subject="Hei hei {name}", text="Kiitos, {name}!"
    )
    mail = mail_texts.write("network_left", "a@example.org", "fi", {"name": "Aino {network_url}"})
    assert mail.subject == "Hei hei Aino {network_url}"
    assert mail.body == "Kiitos, Aino {network_url}!\n"
    assert mail_texts.write("network_left", "a@example.org", "sv", {"name": "Aino"}).subject != mail.subject


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{url} {secret}", "{secret}"),
        ("{name}", "{url}"),
        ("{url} {", "{name}"),
        ("{url} {name.__class__}", "{name.__class__}"),
        ("{url} {{ settings.SECRET_KEY }}", "{name}"),
    ],
)
def test_faults_are_told(text, place):
    assert any(place in reason for _name, reason in mail_texts.faults("network_confirm", "Vahvista", text))


def test_template_code_is_never_run():
    MailText.objects.create(mail="network_left", language="fi", subject="x", text="{% load i18n %}{{ name }}")
    body = mail_texts.write("network_left", "a@example.org", "fi", {"name": "Aino"}).body
    assert body == "{% load i18n %}{Aino}\n" or "{{ name }}" in body


def test_others_write_nothing():
    with pytest.raises(PermissionDenied):
        mail_texts.write_words(
            by=factories.member().user, mail="network_left", language="fi", subject="x", text="y"
        )


def test_coordinator_shows_saves_and_goes_back():
    client = pages.coordinators_client()
    address = reverse("admin:network_mailtext_words", args=["network_left", "fi"])
    assert client.get(address).status_code == 200
    words = {"subject": "Kiitos {name}", "text": "Näkemiin {name}"}
    assert "Näkemiin" in client.post(address, {**words, "show": "1"}).content.decode()
    assert not MailText.objects.exists()
    bad = client.post(address, {"subject": "x", "text": "{password}", "save": "1"})
    assert "{password}" in bad.content.decode()
    assert not MailText.objects.exists()
    assert client.post(address, {**words, "save": "1"}).status_code == 302
    assert MailText.objects.get().text == "Näkemiin {name}"
    client.post(address, {"default": "1"})
    assert not MailText.objects.exists()
    assert MailText.history.count() == 2
    assert client.get(reverse("admin:network_mailtext_changelist")).status_code == 200
    assert client.get(reverse("admin:network_mailtext_queue")).status_code == 200
