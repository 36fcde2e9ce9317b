"""The innovation network: who asks to join and who is a member, what they consented to, and what was done."""

from .erasure import Erasure
from .events import Event, EventChange, EventMaterial, SignUp
from .joining import Consent, JoinRequest, Member, MembershipEvent
from .lists import ListExport

__all__ = [
    "Consent",
    "Erasure",
    "Event",
    "EventChange",
    "EventMaterial",
    "JoinRequest",
    "ListExport",
    "Member",
    "MembershipEvent",
    "SignUp",
]
