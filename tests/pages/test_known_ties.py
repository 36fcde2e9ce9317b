"""The ties that come with the registry, and how a factor's page shows them."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from barometer.models import Factor
from pages.models import FactorTie, TiedCase


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def test_a_factor_tells_how_often_it_promotes_and_hinders_and_what_helps(registry, client):
    response = client.get(reverse("pages:factor", args=["new-technology"]))
    page = response.content.decode()
    assert "Begin with the problem, not the device" in page
    assert re.search(r"78\s?%", page)
    assert reverse("barometer:asked", args=["fi-municipal-2022", "factor-effect"]) in page
    assert f'{reverse("cases:list")}?principle=4&amp;principle=5"' in page
    assert "Robotic process automation at Palkeet" in page
    assert not response.cookies


def test_a_factor_that_is_an_answer_to_another_question_is_told_as_a_motive(registry, client):
    page = client.get(reverse("pages:factor", args=["limited-finances"])).content.decode()
    assert "As what set innovation going" in page
    assert "Economic pressure" in page


def test_every_factor_of_the_bank_is_tied_in_three_languages(registry):
    assert not Factor.objects.filter(tie=None).exists()
    for made in FactorTie.objects.all():
        assert made.terms.filter(vocabulary="principle").exists(), made
        for name in ("meaning", "note"):
            texts = {getattr(made, f"{name}_{language}") for language in ("fi", "sv", "en")}
            assert len(texts) == 3, made
            assert all(texts), made


def test_loading_again_changes_nothing_and_keeps_what_editors_wrote(registry):
    made = FactorTie.objects.get(factor__key="legislation")
    made.note_en = "Own words"
    made.save()
    before = (FactorTie.objects.count(), TiedCase.objects.count())
    call_command("load_factor_ties", verbosity=0)
    assert (FactorTie.objects.count(), TiedCase.objects.count()) == before
    made.refresh_from_db()
    assert made.note_en == "Own words"
