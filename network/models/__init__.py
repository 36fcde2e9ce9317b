"""The innovation network: who asks to join and who is a member, what they consented to, and what was done."""

from .erasure import Erasure
from .joining import Consent, JoinRequest, Member, MembershipEvent
from .lists import ListExport

__all__ = ["Consent", "Erasure", "JoinRequest", "ListExport", "Member", "MembershipEvent"]
