"""Coordinating the network in Django's admin: requests, members, mailing lists, statistics.

The admin is a client of ``network/actions.py``: nothing here writes a request or a member. Each act is data
(``acts.py``) with one confirm page (``common/admin/pages.py``).
"""

from . import events, lists, mail_texts, members, requests

__all__ = ["events", "lists", "mail_texts", "members", "requests"]
