"""What the fixtures of all tests promise."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.utils import translation


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_committing_test_finds_what_migrations_put(time):
    assert Group.objects.exists()
    Group.objects.create(name="left behind")
    assert Group.objects.filter(name="left behind").count() == 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_cache_is_empty_at_the_start(time):
    assert cache.get("remembered") is None
    cache.set("remembered", True)


@pytest.mark.parametrize("time", ["first", "second"])
def test_language_is_the_default_at_the_start(time):
    assert translation.get_language() == "fi"
    translation.activate("en")
