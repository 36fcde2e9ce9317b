"""How fast the registry is with many cases: ``./run bench``. Results stand in ``docs/performance.md``."""
