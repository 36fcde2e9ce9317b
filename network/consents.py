"""What people agree to: the words of each consent, and their version.

A consent is recorded with the version of the text that was read. Whoever changes a word, in any language,
changes ``VERSION``, too; a test remembers the words of each version.
"""

from django.utils.translation import gettext_lazy as _

from .models import Consent

VERSION = "2026-11"

TEXTS = {
    Consent.Purpose.MEMBERSHIP: _(
        "The Ministry of Finance may keep what I tell here for as long as I am a member, to run the"
        " innovation network. I can leave whenever I like."
    ),
    Consent.Purpose.DIRECTORY: _(
        "Other members may see what I tell here, my e-mail address included, in the members’ directory."
    ),
    Consent.Purpose.BULLETINS: _("The network may send me its bulletins by e-mail."),
}
