"""Taking out a mailing list: who is on it, and the row that says who took it out and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from . import filters
from .models import ListExport, Member
from .queries import may_coordinate

if TYPE_CHECKING:
    from accounts.models import User


def recipients(purpose: str, chosen: Mapping[str, str]) -> Any:
    """The members on the list, by name: bulletins go only to those who want them."""
    members = Member.objects.active()
    if purpose != ListExport.Purpose.NECESSARY:
        members = members.filter(wants_bulletins=True)
    return filters.narrowed(members, filters.MAILING_LIST, chosen).order_by("user__display_name", "pk")


@transaction.atomic
def take_list(
    *, by: User, purpose: str, why: str, chosen: Mapping[str, str], file_format: str
) -> tuple[ListExport, list[Member]]:
    """The members on the list, and the audit row: no list leaves without one.

    Raises PermissionDenied for those who do not coordinate the network.
    """
    if not may_coordinate(by):
        raise PermissionDenied
    members = list(recipients(purpose, chosen).select_related("user", "organisation"))
    taken = ListExport.objects.create(
        purpose=purpose,
        why=why,
        filters={name: value for name, value in chosen.items() if value},
        file_format=file_format,
        count=len(members),
        by=by,
    )
    return taken, members
