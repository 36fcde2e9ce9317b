"""Taking figures in from files; ``docs/barometer.md`` tells how.

``figures.py``: tables of figures that are reckoned already. ``responses.py``: what respondents answered, read
by a ``codebook.py`` and reckoned by ``statistics.py``.
"""
