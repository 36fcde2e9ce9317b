"""Keeps the checker on the public internet: what staff or submitters write must not open inner doors."""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
# Whether an address may be asked.
MayReach = Callable[[Address], bool]

# IPv4 addresses as networks without IPv4 write them (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """The host's address is not one of the public internet."""


class NotFound(Exception):
    """The host has no address."""


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet, seen through every way of writing IPv4 in IPv6."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def resolve(host: str, port: int, may_reach: MayReach = is_public) -> str:
    """The address to connect to. Whoever connects must use it and not ask for the name again.

    Raises Refused when any of the host's addresses may not be reached: a name that leads both outside and
    inside is no accident. Raises NotFound when there are none.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFound(host) from error
    addresses = list(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers))
    if not addresses:
        raise NotFound(host)
    if not all(may_reach(ip_address(address)) for address in addresses):
        raise Refused(host)
    return addresses[0]
