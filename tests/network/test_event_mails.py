"""Mails about events: in staff's words where they have written some, shown before, in each one's language."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from network import event_actions, mail_texts
from network.models import MailText

from . import factories, pages
from .test_events import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_at_once")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
EVENT_MAILS = [mail for mail in mail_texts.KINDS if mail.startswith("network_event_")]
OWN_TEXT = "{name}!\n\n{title}\n{begins}\n{place}\n\n{event_url}"


def in_own_words(mail: str, language: str = "fi") -> None:
    MailText.objects.create(mail=mail, language=language, subject=f"{mail} {{title}}", text=OWN_TEXT)


def subjects(address: str) -> list[str]:
    return [message.subject.partition(" ")[0] for message in factories.sent_to(address)]


def test_every_mail_of_the_network_is_among_those_whose_words_staff_change():
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    assert {path.stem for path in folder.glob("network_*.txt")} == set(mail_texts.KINDS)


def test_every_mail_about_an_event_is_sent_in_staffs_words():
    for mail in EVENT_MAILS:
        in_own_words(mail)
    event = published(capacity=1, starts_at=timezone.now() + timedelta(hours=20), place_fi="Kokoustila")
    first, second = factories.member(name="Aino").user, factories.member(name="Väinö").user
    event_actions.sign_up(event, user=first)
    event_actions.sign_up(event, user=second)
    event_actions.cancel_sign_up(event, user=first)
    event_actions.remind()
    event.refresh_from_db()
    later = event.ends_at + timedelta(days=1)
    event_actions.change(event, {"ends_at": later}, seen_version=event.version, by=None)
    event_actions.cancel(event, by=None)
    assert subjects(first.email)[-1:] == ["network_event_going"]
    assert subjects(second.email)[-5:] == [
        "network_event_waiting",
        "network_event_moved_up",
        "network_event_reminder",
        "network_event_changed",
        "network_event_cancelled",
    ]
    body = factories.sent_to(second.email)[-1].body
    assert body.startswith("Väinö!\n\nTapaaminen\n")
    assert "Kokoustila" in body
    with override("fi"):
        assert reverse("network:event", args=[event.pk, event.slug]) in body


def test_those_who_read_another_language_get_the_words_of_that_language():
    in_own_words("network_event_going", "fi")
    reader = factories.member(language="sv").user
    event_actions.sign_up(published(), user=reader)
    message = factories.sent_to(reader.email)[-1]
    with override("sv"):
        subject = mail_texts.default("network_event_going", "sv")[0]
    assert message.subject == subject.replace("{title}", "Möte")


def test_place_that_nobody_told_leaves_no_hole():
    in_own_words("network_event_going")
    reader = factories.member(name="Aino").user
    event_actions.sign_up(published(), user=reader)
    assert "\n\n\n" not in factories.sent_to(reader.email)[-1].body


def test_title_is_not_looked_into_for_places():
    in_own_words("network_event_going")
    reader = factories.member(name="{event_url}").user
    event_actions.sign_up(published(title_fi="{name} ja {place}"), user=reader)
    message = factories.sent_to(reader.email)[-1]
    assert message.subject == "network_event_going {name} ja {place}"
    assert message.body.startswith("{event_url}!")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mail", EVENT_MAILS)
def test_coordinator_sees_the_mail_before_its_words_are_kept(mail, language):
    client = pages.coordinators_client()
    path = reverse("admin:network_mailtext_words", args=[mail, language])
    shown = client.get(path).context["shown"]
    assert not any(brace in shown.subject + shown.body for brace in "{}")
    assert "2027" in shown.body
    assert "https://example.org/event" in shown.body
    words = {"subject": "{title}", "text": OWN_TEXT}
    assert (
        client.post(path, {**words, "show": "1"})
        .context["shown"]
        .body.startswith(mail_texts.examples(language)["name"])
    )
    assert not MailText.objects.exists()
    for lacking in ("{event_url}", "{begins}", "{title}"):
        answer = client.post(path, {**words, "text": OWN_TEXT.replace(lacking, ""), "save": "1"})
        assert lacking in str(answer.context["form"].errors)
    assert not MailText.objects.exists()
    assert client.post(path, {**words, "save": "1"}).status_code == 302
    assert MailText.objects.get().mail == mail
