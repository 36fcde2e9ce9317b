"""What all pages of moderating share: who may open them, and whom an act's page names as getting a mail."""

from typing import Any

from django.http import HttpRequest

from accounts.signed_in import user_of
from cases import notifications
from cases.models import Case
from cases.queries import may_review
from common.admin.pages import ActAdmin

from .acts import CaseAct


class ModeratedAdmin(ActAdmin):
    """Open to those who have the right to review."""

    act_template = "admin/cases/act.html"

    def may_open(self, user: Any) -> bool:
        return may_review(user)

    def case_of(self, subject: Any) -> Case:
        return subject if isinstance(subject, Case) else subject.case

    def reporter_of(self, subject: Any) -> Any:
        """Who told of it, when that is somebody else than the case's submitter."""
        return None

    def context(self, request: HttpRequest, subject: Any, **extra: Any) -> dict[str, Any]:
        if isinstance(act := extra.get("act"), CaseAct):
            extra["recipients"] = self._recipients(request, act, subject)
        return super().context(request, subject, case=self.case_of(subject), **extra)

    def _recipients(self, request: HttpRequest, act: CaseAct, subject: Any) -> list[Any]:
        found = notifications.recipients(
            act.mail_name, self.case_of(subject), by=user_of(request), reporter=self.reporter_of(subject)
        )
        return [person for person, _template in found]
