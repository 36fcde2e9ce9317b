"""Mails about feedback: the answer to whoever gave it, and the word to staff that an answer is due."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.permissions import CONTENT_EDITORS
from common.mail import Mail, compose, send_mail
from pages.models import Feedback


def answer(feedback: Feedback, message: str) -> Mail:
    """The answer, in the language in which the feedback was given, with what it answers to."""
    context = {"message": message, "words": feedback.words}
    return compose("feedback_answer", feedback.email, feedback.language, context)


def handlers() -> list[User]:
    """Active staff who handle feedback: members of the content editors' group."""
    return list(
        get_user_model()
        .objects.filter(is_active=True, is_staff=True, groups__name=CONTENT_EDITORS)
        .distinct()
    )


def tell_handlers(feedback: Feedback) -> None:
    """That feedback on accessibility came and by when to answer it; what it says is read in the admin."""
    for person in handlers():
        with translation.override(person.language):
            url = settings.BASE_URL + reverse("admin:pages_feedback_change", args=[feedback.pk])
        context = {"url": url, "due_on": feedback.due_on}
        send_mail("feedback_accessibility_staff", person.email, person.language, context)
