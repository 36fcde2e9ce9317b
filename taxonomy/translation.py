from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import Term


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ("name", "description")


# Only now does the model have its fields in three languages, and history is to hold them all.
keep_history(Term, app="taxonomy")
