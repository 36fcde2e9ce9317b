from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import Organisation


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name",)


# History is kept from here, once the translated columns exist: it copies the fields the model has.
keep_history(Organisation)
