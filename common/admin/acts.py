"""An act of the administration as data: the transition, the action behind it, and what its page says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.workflow import Transition

Words = str | Promise
# The same for every subject, or made from it.
WordsOf = Words | Callable[[Any], Words]

UNCHANGED = _("The public sees no change.")


class ActForm(forms.Form):
    """What is told with an act; by itself nothing."""

    def __init__(self, *arguments: Any, act: "Act", **options: Any) -> None:
        super().__init__(*arguments, **options)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that may be done to a subject.

    ``run`` takes the subject, ``by`` and the cleaned values of ``form``. ``what`` and ``public`` say what
    happens and what the public will see; ``done`` says afterwards what was done.
    """

    transition: Transition
    run: Callable[..., Any]
    what: WordsOf
    public: WordsOf = UNCHANGED
    done: Words = ""
    form: type[ActForm] = ActForm

    @property
    def name(self) -> str:
        return self.transition.name

    @property
    def done_words(self) -> Words:
        return self.done or self.transition.label

    def words(self, subject: Any) -> tuple[Words, Words]:
        """What happens, and what the public will see."""
        return _words_of(self.what, subject), _words_of(self.public, subject)


def _words_of(words: WordsOf, subject: Any) -> Words:
    return words(subject) if callable(words) else words
