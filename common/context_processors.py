from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """``base_url``: what absolute addresses on a page begin with."""
    return {"base_url": settings.BASE_URL}
