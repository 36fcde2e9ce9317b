from django.conf import settings
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, bool]:
    """``demo_banner``: every page says so when demo staff may enter the admin with a password alone."""
    return {"demo_banner": settings.DEMO_STAFF_WITHOUT_SECOND_FACTOR}
