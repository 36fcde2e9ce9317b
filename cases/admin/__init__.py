"""Moderating in Django's admin: the queue, the review, curation.

The admin is a client of ``cases/actions.py``: nothing here writes a case. Each act is data (``acts.py``)
with one confirm page (``common/admin/pages.py``); ``revisions.py``, ``cases.py``, ``adoptions.py`` and
``opsi.py`` hold the lists and the pages of what acts are done to.
"""

from . import adoptions, cases, opsi, revisions, sources

__all__ = ["adoptions", "cases", "opsi", "revisions", "sources"]
