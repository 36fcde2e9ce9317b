"""Changing the address of an account: asked for when signed in, confirmed at the old and the new address.

An address is a name and a key at once, so neither a borrowed session nor a mistyped address is enough.
Nobody learns from the page whether the new address has an account already: its owner does, by mail.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from common.mail import send_mail
from common.secret_pages import digest, new_secret

from .models import AddressChange, User

LINKS_LAST = timedelta(hours=48)


class AddressTakenError(Exception):
    """Meanwhile the new address has got an account of its own."""


@transaction.atomic
def ask(user: User, new_email: str) -> None:
    """Mail a link to both addresses; an earlier wish of the same person is forgotten."""
    new_email = User.objects.normalize_email(new_email)
    old_secret, new_secret_ = new_secret(), new_secret()
    AddressChange.objects.update_or_create(
        user=user,
        defaults={
            "new_email": new_email,
            "old_digest": digest(old_secret),
            "new_digest": digest(new_secret_),
            "ends_at": timezone.now() + LINKS_LAST,
        },
    )
    _send("address_change_old", user.email, user, old_secret, new_email)
    if User.objects.filter(email=new_email).exists():
        send_mail("address_change_taken", new_email, user.language, {})
    else:
        _send("address_change_new", new_email, user, new_secret_, new_email)


def find(secret: str) -> AddressChange | None:
    """The change that waits for the link with this secret, though it may be too old."""
    if not secret:
        return None
    kept = digest(secret)
    return AddressChange.objects.filter(old_digest=kept).first() or (
        AddressChange.objects.filter(new_digest=kept).first()
    )


def is_too_old(change: AddressChange) -> bool:
    return change.ends_at <= timezone.now()


@transaction.atomic
def confirm(secret: str) -> bool:
    """Count one address as confirmed. True when both are, and the address was changed.

    Raises LookupError for a link that is used or too old, AddressTakenError when the new address has become
    another account's.
    """
    kept = digest(secret)
    good = AddressChange.objects.filter(ends_at__gt=timezone.now())
    # Compare and set: of two presses at once, one wins.
    counted = good.filter(old_digest=kept).update(old_digest="") or (
        good.filter(new_digest=kept).update(new_digest="")
    )
    if not counted:
        raise LookupError
    change = good.filter(old_digest="", new_digest="").select_related("user").first()
    if change is None:
        return False
    user = change.user
    change.delete()
    old_email, user.email = user.email, change.new_email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise AddressTakenError from None
    send_mail("address_changed", old_email, user.language, {})
    return True


def give_up(change: AddressChange) -> None:
    """Forget the wish: the address stays as it is."""
    change.delete()


def _send(template: str, to: str, user: User, secret: str, new_email: str) -> None:
    with translation.override(user.language):
        url = settings.BASE_URL + reverse("account_address_link", args=[secret])
    send_mail(template, to, user.language, {"url": url, "old_email": user.email, "new_email": new_email})
