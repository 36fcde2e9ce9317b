"""The registry's own settings, with the floor's page added and, when asked, without remembered cards."""

from innovation_registry.settings import *  # noqa: F403
from innovation_registry.settings import CACHES, env

ROOT_URLCONF = "benchmarks.urls"
if env.bool("BENCH_UNCACHED", default=False):
    CACHES["cards"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
