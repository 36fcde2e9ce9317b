from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import Dimension, Factor, Figure, Group, Option, Question, Survey, SurveyQuestion


@register(Survey)
class SurveyTranslation(TranslationOptions):
    fields = ("name", "period", "fieldwork", "who_asked", "findings", "method", "weighting", "caveat")


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("title", "wording")


@register(Option)
class OptionTranslation(TranslationOptions):
    fields = ("label",)


@register([Factor, Dimension, Group])
class NameTranslation(TranslationOptions):
    fields = ("name",)


@register(SurveyQuestion)
class SurveyQuestionTranslation(TranslationOptions):
    fields = ("wording", "asked_of", "note")


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = ("words", "note")


# Only now do the models have their fields in three languages, and history is to hold them all.
# Figures have the events of their survey instead.
for model in (Survey, Question, Option, Factor, Dimension, Group, SurveyQuestion):
    keep_history(model, app="barometer")
