"""Every field of a case is classified, and the content of a revision holds them all."""

from pathlib import Path

import pytest
from django.utils.translation import override

from cases import content, models, schema
from cases.dictionary import as_markdown
from cases.schema import FIELDS, INTERNAL, ROW_COLUMNS, Place
from taxonomy.models import Vocabulary

MODELS = (models.Case, models.CaseText, models.Evidence, models.Adoption, models.Material)
RELATED = {"Evidence": "evidence", "Adoption": "adoptions", "Material": "materials"}


def classified(model) -> set[str]:
    name = model.__name__
    if name in RELATED:
        return set(ROW_COLUMNS[RELATED[name]])
    if name == "CaseText":
        return set(schema.TEXT_NAMES)
    names = {field.name for field in FIELDS if field.place in (Place.FACT, Place.ORGANISATIONS)}
    return names | {"terms"} | {f"contact_{contact}" for contact in schema.CONTACT_NAMES}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_field_is_either_in_the_schema_or_named_internal(model):
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    internal = INTERNAL[model.__name__]
    assert fields == classified(model) | internal
    assert not classified(model) & internal


def test_every_vocabulary_is_a_field():
    assert {field.name for field in FIELDS if field.place is Place.TERMS} == set(Vocabulary.values)


def test_contact_details_are_never_exported():
    assert not [field.name for field in FIELDS if field.place is Place.CONTACT and field.export]


def test_export_columns_are_unique():
    columns = [field.export for field in FIELDS if field.export]
    assert len(columns) == len(set(columns))


def test_text_limits_fit_the_model():
    for field in schema.TEXT_FIELDS:
        limit = models.CaseText._meta.get_field(field.name).max_length
        assert field.max_length is not None
        assert limit is None or field.max_length <= limit


def test_an_empty_content_names_all_that_is_needed():
    needed = {field.name for field in FIELDS if field.required}
    missing = {gap.field.name for gap in content.missing(content.empty("sv"))}
    assert missing == needed - {"original_language", "country"}


def test_what_is_missing_is_told_in_the_readers_language():
    messages = {}
    for language in ("fi", "sv", "en"):
        with override(language):
            messages[language] = next(iter(content.missing(content.empty("fi")))).message
    assert messages["en"] == "Tell: Name of the innovation"
    assert len(set(messages.values())) == 3


def test_a_discontinued_innovation_has_to_tell_why():
    told = content.normalised({"life_cycle": "discontinued"})
    assert "discontinued_reason" in {gap.field.name for gap in content.missing(told)}


def test_differences_name_the_field_and_the_language():
    before = content.normalised({"texts": {"fi": {"title": "Vanha"}}, "terms": {"principle": ["1"]}})
    after = content.normalised({"texts": {"fi": {"title": "Uusi"}}, "terms": {"principle": ["1", "2"]}})
    found = content.differences(before, after)
    assert [(change.field.name, change.language) for change in found] == [("title", "fi"), ("principle", "")]
    assert content.differences(before, before) == []


def test_the_data_dictionary_says_what_the_schema_says():
    written = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"
    assert written.read_text() == as_markdown(), "./run manage data_dictionary > docs/data-dictionary.md"
