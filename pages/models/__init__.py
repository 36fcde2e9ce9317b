"""What joins the apps beneath, and the site's own content."""

from .accessibility import AccessibilityException, AccessibilityStatement
from .bulletins import BulletinCase
from .contacts import Contact, ContactTopic
from .editorial import Page, PageAddress, PageEvent, PageRevision, PageText
from .feedback import Feedback, FeedbackEvent
from .resources import RESOURCE_VOCABULARIES, LinkCheck, Resource
from .ties import TIED_VOCABULARIES, FactorTie, TiedCase

__all__ = [
    "RESOURCE_VOCABULARIES",
    "TIED_VOCABULARIES",
    "AccessibilityException",
    "AccessibilityStatement",
    "BulletinCase",
    "Contact",
    "ContactTopic",
    "FactorTie",
    "Feedback",
    "FeedbackEvent",
    "LinkCheck",
    "Page",
    "PageAddress",
    "PageEvent",
    "PageRevision",
    "PageText",
    "Resource",
    "TiedCase",
]
