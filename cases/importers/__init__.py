"""Taking cases in from other registers' files; ``docs/import.md`` tells how.

In the order of reading: ``mapping.py`` (what a mapping file may say), ``fields.py`` (a row's cells to a
content), ``organisations.py`` (names to organisations), ``intake.py`` (what happens to each row),
``report.py`` (telling it).
"""
