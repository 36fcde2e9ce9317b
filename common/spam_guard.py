"""Keeps machines from a public form without a third party, a cookie or a riddle.

What is asked of whoever sends a form, the cheapest check first:

1. A field that people do not see is empty.
2. The page was made here, some seconds ago and less than a day ago: its signed stamp says so.
3. Work was done: a number is found which, hashed with the stamp's challenge, begins with so many zero bits. A
   script does it while the person types. Without the script a second page asks to press again after a while.
4. The network address and the sender have not sent too much lately.
5. The stamp has not been used: each counts once, in the cache that all processes share.

Nothing of this is stored with what is sent, and nothing that was typed is lost when a check fails.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

QUICKEST = 3
WAITING = 15
LONGEST = 24 * 60 * 60
# Numbers that the page's script may come to; a longer one is nobody's work.
LONGEST_PROOF = 15

STAMP, PROOF, WAITED, TRAP = "stamp", "proof", "waited", "homepage"
FIELDS = (STAMP, PROOF, WAITED, TRAP)


class Verdict(Enum):
    PASSED = auto()
    REPEATED = auto()
    """The same person sent the same page twice: it was taken in the first time."""
    TRAPPED = auto()
    TOO_QUICK = auto()
    TOO_OLD = auto()
    """The stamp is too old, not ours, or was used for something else."""
    UNPROVEN = auto()
    """No work was done: the second page comes."""
    TOO_MUCH = auto()
    """Each form says in its own words what there was too much of."""

    @property
    def words(self) -> str:
        """What a person is told whose form was not taken in, though nothing may be wrong with it."""
        match self:
            case Verdict.TRAPPED:
                return _(
                    "A field that people do not see was filled in, perhaps by your browser. It is empty now:"
                    " please send the form once more."
                )
            case Verdict.TOO_QUICK:
                return _("That was quick. Look your answers over, then send the form once more.")
        return _(
            "This page had been open for long. Everything that you wrote is here: please send it once more."
        )


@dataclass(frozen=True)
class SpamGuard:
    """The guard of one page: what its form holds in hidden fields, and judging what comes back."""

    purpose: str
    stamp: str
    proof: str = ""
    waited: str = ""
    trap: str = ""

    @classmethod
    def new(cls, purpose: str) -> "SpamGuard":
        """For a page that is opened."""
        value = f"{settings.SPAM_PROOF_BITS}.{secrets.token_hex(12)}"
        return cls(purpose, _signer(purpose).sign(value))

    @classmethod
    def sent(cls, purpose: str, data: Mapping[str, str]) -> "SpamGuard":
        """Of a form that came back."""
        return cls(purpose, *(data.get(name, "") for name in FIELDS))

    @property
    def bits(self) -> int:
        return int(self._value.partition(".")[0])

    @property
    def challenge(self) -> str:
        return self._value.partition(".")[2]

    @property
    def _value(self) -> str:
        return _signer(self.purpose).unsign(self.stamp)

    def judge(self, request: HttpRequest, sender: str) -> Verdict:
        """Whether the form may be taken in. ``sender`` tells people apart: an e-mail address.

        What passes is used up, so this is asked once, last, when nothing else is wrong with the form.
        """
        if self.trap:
            return Verdict.TRAPPED
        if not _is_signed(_signer(self.purpose), self.stamp):
            return Verdict.TOO_OLD
        if _is_signed(_signer(self.purpose), self.stamp, younger_than=QUICKEST):
            return Verdict.TOO_QUICK
        if self._is_proven():
            limit = "send_form"
        elif self._has_waited(sender):
            limit = "send_form_after_waiting"
        else:
            return Verdict.UNPROVEN
        mark = _digest(sender)
        if used_by := cache.get(self._key):
            return Verdict.REPEATED if used_by == mark else Verdict.TOO_OLD
        if not ratelimit.consume(request, action=limit, key=sender):
            return Verdict.TOO_MUCH
        return Verdict.PASSED if cache.add(self._key, mark, timeout=LONGEST) else Verdict.REPEATED

    def waiting(self, sender: str) -> str:
        """What the second page holds: good for this page and this sender, when some seconds have passed."""
        if self._is_waiting(sender):
            return self.waited
        return _waiting_signer(self.purpose).sign(_digest(self.stamp + sender))

    def again(self) -> "SpamGuard":
        """For the same page, shown once more: what has been proven stays so while it can still be used."""
        if _is_signed(_signer(self.purpose), self.stamp) and not cache.get(self._key):
            return replace(self, trap="")
        return self.new(self.purpose)

    @property
    def _key(self) -> str:
        return f"spam-guard:{_digest(self.stamp)}"

    def _is_proven(self) -> bool:
        if not (self.proof.isascii() and self.proof.isdecimal() and len(self.proof) <= LONGEST_PROOF):
            return False
        return leading_zero_bits(f"{self.challenge}:{self.proof}") >= self.bits

    def _has_waited(self, sender: str) -> bool:
        signer = _waiting_signer(self.purpose)
        return self._is_waiting(sender) and not _is_signed(signer, self.waited, younger_than=WAITING)

    def _is_waiting(self, sender: str) -> bool:
        signer = _waiting_signer(self.purpose)
        return _is_signed(signer, self.waited) and signer.unsign(self.waited) == _digest(self.stamp + sender)


def leading_zero_bits(text: str) -> int:
    """With how many zero bits the SHA-256 of the text begins."""
    return 256 - int.from_bytes(hashlib.sha256(text.encode()).digest(), "big").bit_length()


def _signer(purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"spam-guard:{purpose}")


def _waiting_signer(purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"spam-guard-waiting:{purpose}")


def _is_signed(signer: signing.TimestampSigner, value: str, younger_than: int = LONGEST) -> bool:
    try:
        signer.unsign(value, max_age=younger_than)
    except signing.BadSignature:
        return False
    return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
