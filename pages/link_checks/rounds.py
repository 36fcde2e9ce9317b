"""A round of asking: which addresses are due, in which order, and keeping what they answered."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from pages.models import LinkCheck

from .asking import Answer, Asker, PutOff
from .places import places

# What an address counts as when its site has asked for peace: nothing is kept of it.
PUT_OFF = "put_off"
_FAILING = (LinkCheck.State.BROKEN, LinkCheck.State.UNREACHABLE)
_NEVER = datetime.min.replace(tzinfo=UTC)


def check_links(
    asker: Asker,
    *,
    older_than: timedelta | None = None,
    limit: int | None = None,
    shown: Callable[[list[str]], Iterable[str]] = iter,
) -> Counter[str]:
    """Ask every address of the public pages that is due; how many ended in which state, or were put off.

    Those never asked come first, then those asked longest ago. Each answer is kept at once, so a round that
    is broken off has not been in vain. What is on no page any more is forgotten. ``shown`` may tell how the
    round goes on.
    """
    used = list(places())
    LinkCheck.objects.exclude(url__in=used).delete()
    counts: Counter[str] = Counter()
    for url in shown(in_turns(due(used, older_than)[:limit])):
        try:
            answer = asker.ask(url)
        except PutOff:
            counts[PUT_OFF] += 1
            continue
        keep(url, answer)
        counts[answer.state.value] += 1
    return counts


def due(urls: Iterable[str], older_than: timedelta | None) -> list[str]:
    """The addresses not asked within ``older_than``, those that have waited longest first."""
    asked = dict(LinkCheck.objects.values_list("url", "checked_at"))
    latest = timezone.now() - (older_than or timedelta())
    waiting = [url for url in urls if asked.get(url, _NEVER) <= latest]
    return sorted(waiting, key=lambda url: (asked.get(url, _NEVER), url))


def in_turns(urls: Iterable[str]) -> list[str]:
    """The addresses with their sites taking turns, so that the pauses at one pass while others are asked."""
    by_host: dict[str | None, list[str]] = defaultdict(list)
    for url in urls:
        by_host[urlsplit(url).hostname].append(url)
    turns: Iterator[str | None] = chain.from_iterable(zip_longest(*by_host.values()))
    return [url for url in turns if url is not None]


def keep(url: str, answer: Answer) -> None:
    """Remember the answer, and for how many checks in a row the address has not worked."""
    fails = answer.state in _FAILING
    values = {
        "state": answer.state,
        "status": answer.status,
        "leads_to": answer.leads_to if len(answer.leads_to) <= _LONGEST else "",
        "checked_at": timezone.now(),
    }
    LinkCheck.objects.update_or_create(
        url=url,
        defaults=values | {"failures": F("failures") + 1 if fails else 0},
        create_defaults=values | {"failures": int(fails)},
    )


_LONGEST = LinkCheck._meta.get_field("leads_to").max_length or 0
