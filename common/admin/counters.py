"""What waits for somebody, as the start page of the administration counts it."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Counter:
    """How many of something wait, and the list of them."""

    label: str | Promise
    count: int
    url: str
