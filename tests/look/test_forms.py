"""Forms as the components draw them."""

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.template import engines

from common.gallery import SampleForm


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Note", help_text="Say it shortly.", max_length=20, widget=forms.Textarea, required=False
    )


def drawn(form: forms.Form, name: str) -> BeautifulSoup:
    return BeautifulSoup(form[name].as_field_group(), "html.parser")


def summary(*given: object) -> BeautifulSoup:
    template = engines["django"].from_string("{% error_summary first second %}")
    first, second = (*given, SampleForm())[:2]
    return BeautifulSoup(template.render({"first": first, "second": second}), "html.parser")


def test_hint_and_error_are_tied_to_the_input() -> None:
    field = drawn(NoteForm({"note": "x" * 21}), "note")
    described_by = field.textarea["aria-describedby"].split()
    assert field.find(id=described_by[0]).text == "Say it shortly."
    assert "20" in field.find(id=described_by[1]).text
    assert field.textarea["aria-invalid"] == "true"
    assert field.label["for"] == field.textarea["id"]


def test_browser_does_not_cut_a_pasted_text() -> None:
    field = drawn(NoteForm(), "note")
    assert not field.textarea.has_attr("maxlength")
    assert "20" in field.select_one(".counter").text


def test_optional_field_says_so_unless_submitting_needs_it() -> None:
    form = NoteForm()
    assert drawn(form, "note").select_one(".optional")
    form.fields["note"].needed = True
    assert not drawn(form, "note").select_one(".optional")


@pytest.mark.parametrize("name", ["novelty", "kinds"])
def test_choices_are_a_group_with_a_legend(name: str) -> None:
    field = drawn(SampleForm(), name)
    assert field.fieldset.legend.text.strip().startswith(str(SampleForm.base_fields[name].label))
    assert all(field.find("label", attrs={"for": box["id"]}) for box in field.find_all("input"))


def test_error_summary_leads_to_every_wrong_field() -> None:
    form = SampleForm({"summary": "a" * 501})
    page = BeautifulSoup(form.as_div(), "html.parser")
    links = summary(form).find_all("a")
    assert len(links) == len(form.errors)
    for link in links:
        assert page.find(id=link["href"].removeprefix("#")).name in {"input", "select", "textarea"}, link


def test_error_summary_takes_the_focus_and_names_the_field() -> None:
    box = summary(SampleForm({})).select_one(".error-summary")
    assert box.has_attr("autofocus")
    assert box["tabindex"] == "-1"
    assert "Title – " in box.text


def test_error_summary_of_forms_without_errors_is_nothing() -> None:
    assert not summary(SampleForm()).find()


def test_error_summary_reads_formsets_too() -> None:
    formset = forms.formset_factory(NoteForm, max_num=1, validate_max=True)(
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "0",
            "form-0-note": "x" * 21,
            "form-1-note": "two",
        }
    )
    items = summary(formset).find_all("li")
    assert len(items) == 2
    assert items[1].a["href"] == "#id_form-0-note"
