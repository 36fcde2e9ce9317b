"""The forms of telling about an innovation, made from ``schema.py``: fields, rows of lists, steps."""
