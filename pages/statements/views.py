"""The accessibility statement and the privacy notice: everything in them is as it is kept and set now."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.address_change import LINKS_LAST
from barometer.kept_tests import KEPT_FOR
from cases.forms.steps import LONGEST_NAMED_CONTACT
from pages.contacts import contacts_about
from pages.feedback.actions import ANSWERED_WITHIN
from pages.models import AccessibilityException, AccessibilityStatement, ContactTopic


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """After the model of Commission Implementing Decision (EU) 2018/1523.

    What staff have not told yet is said to be missing; nothing is claimed without an assessment.
    """
    statement = AccessibilityStatement.objects.prefetch_related("exceptions").first()
    exceptions = list(statement.exceptions.all()) if statement else []
    context = {
        "statement": statement,
        "grounds": [
            (reason, found)
            for reason in AccessibilityException.Reason
            if (found := [exception for exception in exceptions if exception.reason == reason])
        ],
        "contacts": contacts_about(ContactTopic.ACCESSIBILITY),
        "days": ANSWERED_WITHIN.days,
        "breadcrumbs": [(_("Accessibility statement"), "")],
    }
    return render(request, "pages/statements/accessibility.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the whole service does with personal data, from the settings that it really goes by."""
    context = {
        "controller": settings.REGISTER_CONTROLLER,
        "contact": settings.REGISTER_CONTACT,
        "officer": settings.REGISTER_DPO,
        "contacts": contacts_about(ContactTopic.PRIVACY),
        "has_identity_provider": bool(settings.OIDC_SERVER_URL),
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        "address_hours": int(LINKS_LAST.total_seconds()) // 3600,
        "named_contact_years": LONGEST_NAMED_CONTACT.days // 365,
        "self_test_days": KEPT_FOR.days,
        "feedback_days": settings.FEEDBACK_KEEP_DAYS,
        "answer_days": ANSWERED_WITHIN.days,
        "reports_errors": bool(settings.SENTRY_DSN),
        "breadcrumbs": [(_("Privacy"), "")],
    }
    return render(request, "pages/statements/privacy.html", context)


urlpatterns = [
    path(pgettext_lazy("url", "accessibility/"), accessibility, name="accessibility"),
    path(pgettext_lazy("url", "privacy/"), privacy, name="privacy"),
]
