"""What is done to an edition, as data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from barometer import actions, workflow
from barometer.models import Survey
from common.admin.acts import Act, ActForm


class PublishForm(ActForm):
    """Which version was read."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(ActForm):
    """What readers are told, in each language."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields.update(note_fields())


def note_fields(*, required: bool = True) -> dict[str, forms.CharField]:
    """A public note, in each language."""
    return {
        f"note_{language}": forms.CharField(
            label=_("Note to readers, %(language)s") % {"language": words},
            widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
            max_length=1000,
            required=required,
        )
        for language, words in workflow.LANGUAGE_NAMES.items()
    }


def note_of(values: dict[str, Any]) -> dict[str, str]:
    return {language: values[f"note_{language}"] for language in workflow.LANGUAGE_NAMES}


def _withdraw(survey: Survey, *, by: User, **values: Any) -> None:
    actions.withdraw(survey, by=by, note=note_of(values))


PUBLISH = Act(
    transition=workflow.PUBLISH,
    run=actions.publish,
    what=_("The edition becomes public, with those of its figures that were seen in their source."),
    public=_("Everybody can read, compare and download it at once."),
    done=workflow.act_label("publish"),
    form=PublishForm,
)
SURVEY_ACTS = (
    PUBLISH,
    Act(
        transition=workflow.WITHDRAW,
        run=_withdraw,
        what=_("The edition is taken away from the public. It can be published again."),
        public=_("Its address says that it is gone. No comparison and no download has its figures."),
        done=workflow.act_label("withdraw"),
        form=NoteForm,
    ),
    Act(
        transition=workflow.DISCARD,
        run=actions.discard,
        what=_("The draft is deleted with its figures. It cannot be brought back."),
        done=_("The draft was deleted"),
    ),
)
