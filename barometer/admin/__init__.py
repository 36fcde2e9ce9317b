"""The barometer editor's desk in Django's admin.

The admin is a client of ``barometer/actions.py``: nothing here writes an edition or a figure. ``surveys.py``
holds the list and the page of editions with what is done to them, ``grid.py`` and ``figures.py`` the entry of
one question's figures, ``bank.py`` what editions choose from.
"""

from . import bank, surveys

__all__ = ["bank", "surveys"]
