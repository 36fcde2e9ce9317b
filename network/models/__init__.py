"""The innovation network: who asks to join and who is a member, what they consented to, and what was done."""

from .bulletins import Bulletin, BulletinText, Delivery
from .erasure import Erasure
from .events import Event, EventChange, EventMaterial, SignUp
from .joining import Consent, JoinRequest, Member, MembershipEvent
from .lists import ListExport
from .mail_templates import MailText

__all__ = [
    "Bulletin",
    "BulletinText",
    "Consent",
    "Delivery",
    "Erasure",
    "Event",
    "EventChange",
    "EventMaterial",
    "JoinRequest",
    "ListExport",
    "MailText",
    "Member",
    "MembershipEvent",
    "SignUp",
]
