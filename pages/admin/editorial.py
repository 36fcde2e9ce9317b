"""Editorial pages: the tree, the page of one with its draft and history, writing it, and acts on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import F, Min, Prefetch, Q, QuerySet
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from cases.wording import Piece, pieces
from common.admin.acts import UNCHANGED, Act, ActForm
from common.admin.counters import Counter, Happening, waited_since
from common.admin.pages import ActAdmin, holding
from common.workflow import TransitionRefused, decide
from pages.editorial import actions, addresses, trees, views, workflow
from pages.editorial.actions import TEXT_FIELDS, Texts
from pages.editorial.workflow import LANGUAGE_NAMES
from pages.models import Page, PageAddress, PageEvent, PageRevision, PageText
from pages.queries import may_edit

_MARKDOWN = gettext_lazy(
    "Markdown: ## heading, **strong**, [link](https://…), lists with dashes. "
    "A link within this site begins with its path: /en/…"
)
# Of a text of a page, in its list and in the search over everything.
_SEARCHED = ("title", "menu_title", "lead")
LONGEST_SEARCH = 100
# Beside the name of a page, one for each step down the tree.
_STEP = "– "


def _label(name: str, language: str) -> str:
    """What a field is called, with its language: “Title, in Swedish”."""
    field = PageText._meta.get_field(name)
    words = {"field": capfirst(str(field.verbose_name)), "language": LANGUAGE_NAMES[language]}  # type: ignore[union-attr]
    return _("%(field)s, %(language)s") % words


# Writing ----------------------------------------------------------------------


class PageForm(forms.Form):
    """What is told of a page, in three languages side by side. It only checks: ``actions`` writes."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in TEXT_FIELDS:
            for language in LANGUAGE_NAMES:
                self.fields[f"{name}_{language}"] = self._text_field(name, language)

    @staticmethod
    def _text_field(name: str, language: str) -> forms.Field:
        column: Any = PageText._meta.get_field(name)
        field: forms.Field = column.formfield(required=False, label=_label(name, language))
        field.widget.attrs["lang"] = language
        field.help_text = _MARKDOWN if name == "body" else column.help_text
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 20 if name == "body" else 4
        # A draft may lack it, a public page may not.
        field.needed = name in workflow.NEEDED_TEXTS  # type: ignore[attr-defined]
        return field

    def rows(self) -> Iterator[list[BoundField]]:
        """The fields, each in its three languages."""
        for name in TEXT_FIELDS:
            yield [self[f"{name}_{language}"] for language in LANGUAGE_NAMES]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for language in LANGUAGE_NAMES:
            written = any(told.get(f"{name}_{language}") for name in TEXT_FIELDS)
            for name in ("title", "lead"):
                if written and not told.get(f"{name}_{language}") and f"{name}_{language}" not in self.errors:
                    self.add_error(
                        f"{name}_{language}",
                        _("A language that is begun needs its title and its first sentences."),
                    )
        if not any(told.get(f"title_{language}") for language in LANGUAGE_NAMES):
            self.add_error(f"title_{settings.LANGUAGE_CODE}", _("Write it in one language at least."))
        return told

    @property
    def texts(self) -> Texts:
        return {
            language: {name: self.cleaned_data[f"{name}_{language}"] for name in TEXT_FIELDS}
            for language in LANGUAGE_NAMES
        }


class NewPageForm(PageForm):
    """The same for a page that is not there yet, with its place."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["parent"] = ParentField()


class ParentField(forms.ModelChoiceField):
    """The page above, chosen from the tree; those in ``without`` and all under them are left out."""

    def __init__(self, *, without: Page | None = None) -> None:
        rows = [row for row in _tree() if without is None or without.pk not in row.line]
        super().__init__(
            queryset=Page.objects.filter(pk__in=[row.page.pk for row in rows]),
            label=capfirst(str(Page._meta.get_field("parent").verbose_name)),  # type: ignore[union-attr]
            empty_label=_("None: at the top"),
            required=False,
        )
        self.choices = [("", self.empty_label), *((row.page.pk, row.name) for row in rows)]  # type: ignore[assignment]


# Acts -------------------------------------------------------------------------


class SeenForm(ActForm):
    """Which version was read."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(SeenForm):
    message = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For the history. Readers do not see it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class RestoreForm(SeenForm):
    revision = forms.ModelChoiceField(queryset=PageRevision.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, subject: Page, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["revision"].queryset = subject.revisions.all()  # type: ignore[attr-defined]


class PlaceForm(SeenForm):
    """Where the page stands, and by which words it is found."""

    def __init__(self, *arguments: Any, subject: Page, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.subject = subject
        self.fields["parent"] = ParentField(without=subject)
        for name in ("order", "menu", "companion"):
            column: Any = Page._meta.get_field(name)
            self.fields[name] = column.formfield()
        self.fields["order"].help_text = _("Of pages under the same one, the smallest comes first.")
        for language in LANGUAGE_NAMES:
            column = PageAddress._meta.get_field("slug")
            name = f"slug_{language}"
            self.fields[name] = column.formfield(required=False)
            self.fields[name].label = _("%(field)s, %(language)s") % {
                "field": capfirst(str(column.verbose_name)),
                "language": LANGUAGE_NAMES[language],
            }
            self.fields[name].help_text = _("After /%(language)s/ in the page’s address.") % {
                "language": language
            }
            self.initial.setdefault(name, subject.slug(language) or self._default_slug(language))
        for name in ("parent", "order", "menu", "companion"):
            self.initial.setdefault(name, getattr(subject, name))

    def _default_slug(self, language: str) -> str:
        text = next((text for text in _newest_texts(self.subject) if text.language == language), None)
        return addresses.slug_of(text.title, language, self.subject) if text else ""

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for language in LANGUAGE_NAMES:
            slug = told.pop(f"slug_{language}", "")
            told.setdefault("slugs", {})[language] = slug
            if slug and not addresses.is_free(slug, language, self.subject):
                self.add_error(f"slug_{language}", _("Something else of this site has this address."))
        return told


def _newest_texts(page: Page) -> list[PageText]:
    revision = page.draft or page.published_revision
    return list(revision.texts.all()) if revision else []


def _restore(page: Page, *, by: User, seen_version: int, revision: PageRevision) -> None:
    actions.restore(page, revision, by=by, seen_version=seen_version)


def _what_publishing_shows(page: Page) -> str:
    if page.state == Page.State.PUBLISHED:
        return _("Everybody reads the draft in the place of what is public now. Check the differences above.")
    return _("Everybody reads the page, and it stands in its menu.")


ACTS = (
    Act(
        transition=workflow.PUBLISH,
        run=actions.publish,
        what=gettext_lazy("The draft is published as it was when this page was opened."),
        public=_what_publishing_shows,
        done=pgettext_lazy("page", "Published"),
        form=SeenForm,
    ),
    Act(
        transition=workflow.PLACE,
        run=actions.place,
        what=gettext_lazy("The page moves in the tree and in menus. A former address leads to the new one."),
        public=gettext_lazy("Of a published page readers see it at once."),
        done=pgettext_lazy("page", "Placed"),
        form=PlaceForm,
    ),
    Act(
        transition=workflow.DISCARD,
        run=actions.discard,
        what=gettext_lazy("The draft is laid aside. Its text stays in the history and can be brought back."),
        public=UNCHANGED,
        done=pgettext_lazy("page", "Draft discarded"),
        form=SeenForm,
    ),
    Act(
        transition=workflow.RESTORE,
        run=_restore,
        what=gettext_lazy("A new draft says what the earlier revision said. You can go on editing it."),
        public=UNCHANGED,
        done=pgettext_lazy("page", "Earlier text brought back"),
        form=RestoreForm,
    ),
    Act(
        transition=workflow.WITHDRAW,
        run=actions.withdraw,
        what=gettext_lazy("The page leaves its menu. Its text stays here and can be published again."),
        public=gettext_lazy("Its addresses say that the page was taken away on purpose."),
        done=pgettext_lazy("page", "Withdrawn"),
        form=WithdrawForm,
    ),
)


# What the pages show ------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A page in the list of the tree: ``line`` is the way from it up to the top."""

    page: Page
    line: list[int]

    @property
    def depth(self) -> int:
        return len(self.line) - 1

    @property
    def name(self) -> str:
        return _STEP * self.depth + str(self.page)

    @property
    def state(self) -> Page.State:
        return Page.State(self.page.state)

    @property
    def url(self) -> str:
        return reverse("admin:pages_page_change", args=[self.page.pk])


def _tree() -> list[Row]:
    """All pages, each before those under it: four queries."""
    texts = PageText.objects.defer("lead", "body")
    # Earlier public texts are many, and a list shows none of them.
    revisions = PageRevision.objects.exclude(state=PageRevision.State.PUBLISHED).prefetch_related(
        Prefetch("texts", texts)
    )
    pages = {
        page.pk: page
        for page in Page.objects.select_related("published_revision").prefetch_related(
            Prefetch("revisions", revisions), Prefetch("published_revision__texts", texts)
        )
    }
    parents = {pk: page.parent_id for pk, page in pages.items()}
    return [Row(pages[pk], trees.line_of(pk, parents)) for pk in trees.in_order(parents)]


@dataclass(frozen=True)
class TextField:
    """A field as the table of differences names it."""

    label: str


@dataclass(frozen=True)
class TextDifference:
    """One field in one language in which two texts differ, in pieces of both."""

    field: TextField
    language: str
    before: list[Piece]
    after: list[Piece]

    @property
    def language_name(self) -> str:
        return str(get_language_info(self.language)["name_translated"])


def _differences(before: Texts, after: Texts) -> list[TextDifference]:
    """Language by language, in the order of the form."""
    found = []
    for language in LANGUAGE_NAMES:
        for name in TEXT_FIELDS:
            old, new = (texts.get(language, {}).get(name, "") for texts in (before, after))
            if old != new:
                label = capfirst(str(PageText._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
                found.append(TextDifference(TextField(label), language, *pieces(old, new)))
    return found


def _texts(revision: PageRevision | None) -> Texts:
    rows = revision.texts.all() if revision else []
    return {text.language: {name: getattr(text, name) for name in TEXT_FIELDS} for text in rows}


def _initial(page: Page) -> dict[str, Any]:
    """What the form begins with: the draft, or what is public while there is none."""
    told = _texts(page.draft or page.published_revision)
    texts = {f"{name}_{language}": text[name] for language, text in told.items() for name in TEXT_FIELDS}
    return {**texts, "seen_version": page.version}


@admin.register(Page)
class PageAdmin(ActAdmin):
    acts = ACTS
    page_template = "admin/pages/page.html"
    act_template = "admin/pages/act.html"
    search_fields = _SEARCHED

    def may_open(self, user: Any) -> bool:
        return may_edit(user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Page], search_term: str
    ) -> tuple[QuerySet[Page], bool]:
        """Those whose draft or public text, in some language, has every word."""
        newest = PageText.objects.filter(
            Q(revision__state=PageRevision.State.DRAFT) | Q(revision=F("revision__page__published_revision"))
        )
        found = holding(newest, _SEARCHED, search_term)
        return queryset.filter(pk__in=found.order_by().values("revision__page")), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_open(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        revisions = PageRevision.objects.select_related("created_by").prefetch_related("texts")
        return (
            super()
            .get_queryset(request)
            .select_related("published_revision", "parent")
            .prefetch_related(Prefetch("revisions", revisions), "published_revision__texts", "addresses")
        )

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("add/", view(self.begin), name=f"{name}_add"),
            path("<int:pk>/edit/", view(self.edit), name=f"{name}_edit"),
            # Not through admin_view: for others there is no such page.
            path("<int:pk>/preview/", self.preview, name=f"{name}_preview"),
            path("<int:pk>/preview/<int:number>/", self.preview, name=f"{name}_preview"),
        ]

    # The tree ----------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All pages in their tree; or only those with a draft, or that hold the words asked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        only_waiting = "waiting" in request.GET
        words = request.GET.get(SEARCH_VAR, "").strip().replace("\x00", "")[:LONGEST_SEARCH]
        rows = [row for row in _tree() if row.page.draft or not only_waiting]
        if words:
            found, _may_repeat = self.get_search_results(request, Page.objects.order_by(), words)
            shown = set(found.values_list("pk", flat=True))
            rows = [row for row in rows if row.page.pk in shown]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": capfirst(str(self.opts.verbose_name_plural)),
            "rows": rows,
            "only_waiting": only_waiting,
            "words": words,
            "is_flat": bool(words) or only_waiting,
            "add_url": reverse("admin:pages_page_add"),
        }
        return TemplateResponse(request, "admin/pages/tree.html", context)

    # One page ----------------------------------------------------------------

    def title_of(self, subject: Page) -> str:
        return str(subject)

    def buttons(self, request: HttpRequest, subject: Page) -> Iterator[dict[str, Any]]:
        """Without bringing back, which stands by each revision, and without what a draft is needed for."""
        for button in super().buttons(request, subject):
            transition = button["decision"].transition
            needs_draft = transition in (workflow.PUBLISH, workflow.DISCARD)
            if transition is not workflow.RESTORE and (subject.draft or not needs_draft):
                yield button

    def page_context(self, request: HttpRequest, subject: Page) -> dict[str, Any]:
        draft, public = subject.draft, subject.published_revision
        address = {language: subject.slug(language) for language in LANGUAGE_NAMES}
        return {
            "state": Page.State(subject.state),
            "draft": draft,
            "differences": _differences(_texts(public), _texts(draft)) if draft and public else None,
            "texts": sorted(
                _newest_texts(subject), key=lambda text: list(LANGUAGE_NAMES).index(text.language)
            ),
            "addresses": [(language, slug) for language, slug in address.items() if slug],
            "former": [one for one in subject.addresses.all() if not one.is_current],
            "history": list(self._history(request, subject)),
            "events": [
                (event, workflow.act_label(event.act))
                for event in subject.events.select_related("by", "revision")
            ],
            "edit_url": reverse("admin:pages_page_edit", args=[subject.pk]),
            "add_url": f"{reverse('admin:pages_page_add')}?parent={subject.pk}",
            "preview_url": reverse("admin:pages_page_preview", args=[subject.pk]),
            "public_url": subject.get_absolute_url() if subject.state == Page.State.PUBLISHED else "",
        }

    def _history(self, request: HttpRequest, subject: Page) -> Iterator[dict[str, Any]]:
        may_restore = decide(workflow.RESTORE, subject, request.user).allowed
        for revision in subject.revisions.all():
            state = PageRevision.State(revision.state)
            can_return = may_restore and state != PageRevision.State.DRAFT
            yield {
                "revision": revision,
                "state": state,
                "is_public": revision.pk == subject.published_revision_id
                and subject.state == Page.State.PUBLISHED,
                "url": reverse("admin:pages_page_preview", args=[subject.pk, revision.number]),
                "restore_url": f"{self.act_url(subject, 'restore')}?revision={revision.number}"
                if can_return
                else "",
            }

    # Acts --------------------------------------------------------------------

    def initial(self, request: HttpRequest, act: Act, subject: Page) -> dict[str, Any]:
        found: dict[str, Any] = {"seen_version": subject.version}
        if act.transition is workflow.RESTORE:
            found["revision"] = getattr(self._revision(request, subject), "pk", None)
        return found

    def form_options(self, request: HttpRequest, act: Act, subject: Page) -> dict[str, Any]:
        return {"subject": subject} if act.form in (PlaceForm, RestoreForm) else {}

    def act_context(self, request: HttpRequest, act: Act, subject: Page) -> dict[str, Any]:
        """What is about to be published, against what is public; or what is to be brought back."""
        public, told = subject.published_revision, None
        if act.transition is workflow.PUBLISH:
            told = subject.draft
        elif act.transition is workflow.RESTORE:
            told = self._revision(request, subject)
        return {
            "told": told,
            "differences": _differences(_texts(public), _texts(told)) if told and public else None,
        }

    @staticmethod
    def _revision(request: HttpRequest, subject: Page) -> PageRevision | None:
        """The one that the address asks for."""
        number = request.GET.get("revision", "")
        return next((one for one in subject.revisions.all() if str(one.number) == number), None)

    # Writing -----------------------------------------------------------------

    def begin(self, request: HttpRequest) -> HttpResponse:
        """A new page with a draft, under the one that the address asks for."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = NewPageForm(data, initial={"parent": request.GET.get("parent", "")})
        if request.method == "POST" and form.is_valid():
            page = actions.begin(form.texts, by=_user(request), parent=form.cleaned_data["parent"])
            messages.success(request, _("The draft was saved. Publish it when it is ready."))
            return HttpResponseRedirect(self.page_url(page))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Write a new page"),
            "form": form,
            "has_errors": bool(form.errors),
            "back_url": reverse("admin:pages_page_changelist"),
        }
        return TemplateResponse(request, "admin/pages/page_form.html", context)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the draft. Who was slower than somebody else is told so and keeps what was typed."""
        page = self.subject(request, pk)
        form = PageForm(request.POST if request.method == "POST" else None, initial=_initial(page))
        refusal: TransitionRefused | None = None
        conflict: list[TextDifference] | None = None
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data["seen_version"]
            try:
                actions.save(page, form.texts, by=_user(request), seen_version=-1 if seen is None else seen)
            except TransitionRefused as refused:
                refusal = refused
            else:
                messages.success(request, _("The draft was saved. Publish it when it is ready."))
                return HttpResponseRedirect(self.page_url(page))
        if refusal is not None:
            # Pressing again saves over what is there now, so the page tells what that is.
            page = self.subject(request, pk)
            conflict = _differences(_texts(page.draft or page.published_revision), form.texts)
            form = PageForm({**request.POST.dict(), "seen_version": page.version}, initial=_initial(page))
            form.add_error(None, str(refusal))
        context = self.context(
            request,
            page,
            title=_("Edit the text"),
            form=form,
            conflict=conflict,
            has_errors=bool(form.errors),
            back_url=self.page_url(page),
        )
        status = 200 if refusal is None else 409
        return TemplateResponse(request, "admin/pages/page_form.html", context, status=status)

    def preview(self, request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
        """The page as it would look with the draft, or with the revision ``number``; nothing for others."""
        if not (self.admin_site.has_permission(request) and self.may_open(request.user)):
            raise Http404
        page = self.subject(request, pk)
        revisions = list(page.revisions.all())
        if number is None:
            revision = page.draft or page.published_revision or next(iter(revisions), None)
        else:
            revision = next((one for one in revisions if one.number == number), None)
        if revision is None:
            raise Http404
        return never_cache(views.preview)(request, page, revision)


def _user(request: HttpRequest) -> User:
    """The person who is signed in: nobody else comes this far."""
    return cast(User, request.user)


# The start page -----------------------------------------------------------------


def waiting_for(user: Any) -> Iterator[Counter]:
    """Drafts that wait to be published, for those who edit."""
    if not may_edit(user):
        return
    drafts = PageRevision.objects.filter(state=PageRevision.State.DRAFT)
    yield Counter(
        _("Drafts of pages"),
        drafts.count(),
        reverse("admin:pages_page_changelist") + "?waiting",
        waited_since(drafts.aggregate(first=Min("saved_at"))["first"]),
    )


def lately(user: Any, count: int) -> Iterator[Happening]:
    if not may_edit(user):
        return
    texts = Prefetch("page__published_revision__texts", PageText.objects.defer("lead", "body"))
    events = (
        PageEvent.objects.exclude(by=None)
        .order_by("-at", "-pk")
        .select_related("by", "page__published_revision")
    )
    for event in events.prefetch_related(texts, "page__revisions__texts")[:count]:
        url = reverse("admin:pages_page_change", args=[event.page_id])
        yield Happening(event.at, event.by, workflow.act_label(event.act), str(event.page), url)
