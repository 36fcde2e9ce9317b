"""What the public innovations have reported of their effects, summed up.

In the order in which to read: how figures as told become comparable (``measures.py``), which of them count
(``counting.py``), one series of them (``series.py``), its rules in words (``wording.py``), and the same as
chart and pictures (``charts.py``), as table and files (``exports.py``). ``docs/effects.md`` tells the rules.
"""
