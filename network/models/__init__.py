"""The innovation network: who asks to join and who is a member, what they consented to, and what was done."""

from .joining import Consent, JoinRequest, Member, MembershipEvent

__all__ = ["Consent", "JoinRequest", "Member", "MembershipEvent"]
