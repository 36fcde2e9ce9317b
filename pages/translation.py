from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import FactorTie, TiedCase


@register(FactorTie)
class FactorTieTranslation(TranslationOptions):
    fields = ("meaning", "note")
    required_languages = {"fi": ("note",), "sv": ("note",), "en": ("note",)}


# Only now does the model have its fields in three languages, and history is to hold them all.
keep_history(FactorTie, app="pages", m2m_fields=[FactorTie.terms.field])
keep_history(TiedCase, app="pages")
