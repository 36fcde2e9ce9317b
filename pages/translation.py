from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import AccessibilityException, AccessibilityStatement, Contact, FactorTie, Resource, TiedCase


@register(FactorTie)
class FactorTieTranslation(TranslationOptions):
    fields = ("meaning", "note")
    required_languages = {"fi": ("note",), "sv": ("note",), "en": ("note",)}


@register(Resource)
class ResourceTranslation(TranslationOptions):
    fields = ("title", "description", "publisher", "branch")
    required_languages = ("fi",)


@register(Contact)
class ContactTranslation(TranslationOptions):
    fields = ("role", "unit", "address")
    required_languages = {"fi": ("role",), "sv": ("role",), "en": ("role",)}


@register(AccessibilityStatement)
class AccessibilityStatementTranslation(TranslationOptions):
    fields = ("method_note",)


@register(AccessibilityException)
class AccessibilityExceptionTranslation(TranslationOptions):
    fields = ("what", "why", "alternative")
    required_languages = {"fi": ("what", "why"), "sv": ("what", "why"), "en": ("what", "why")}


# Only now do the models have their fields in three languages, and history is to hold them all.
keep_history(FactorTie, app="pages", m2m_fields=[FactorTie.terms.field])
keep_history(TiedCase, app="pages")
keep_history(Resource, app="pages", m2m_fields=[Resource.terms.field])
keep_history(Contact, app="pages")
keep_history(AccessibilityStatement, app="pages")
keep_history(AccessibilityException, app="pages")
