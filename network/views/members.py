"""What members see of each other and of themselves."""

from typing import Any

urlpatterns: list[Any] = []
