"""Marked words in everything that the public may not read, and every address there is, with what it answers.

Addresses come from the resolver: a format that somebody adds is asked for as soon as its parameters are
known here, and until then a test fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile, is_zipfile

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Organisation
from barometer import actions as barometer_actions
from barometer.models import Figure, Question, Survey
from barometer.views import charts as barometer_charts
from cases import actions
from cases.content import TEXT_NAMES
from cases.models import Case, Upload
from cases.views import effects as case_effects
from common.files import Format
from common.uploads import PreparedFile
from network import event_actions
from network.models import Bulletin, Event, EventMaterial
from pages import sitemaps
from pages.editorial import actions as page_actions
from pages.feedback import actions as feedback_actions
from pages.models import Contact, Feedback, Page
from pages.open_data.datasets import DATASETS
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.barometer import factories as barometer
from tests.cases import factories as cases
from tests.network import bulletins
from tests.network import factories as network
from tests.site_search import content as site

LANGUAGES = ("fi", "sv", "en")
# In everything that is not public.
CANARY = "kanarialintu7f3a"
# Persons who told, reviewed, reported, joined or wrote: nowhere.
PERSON = "haukka9c2b"
# The contact of a public innovation: on its page, and nowhere else.
CONTACT = "tiira5d1e"
# The names of organisations that no public innovation names: on their own pages alone.
UNLISTED = "kuovi3e8d"
# Beside every canary: what searches ask for, so that their own words tell nothing.
LURE = "majakkalaiva"
MISSPELT = "majakalaiva"
# Numbers that nobody may know, however they are written: hours saved, and a figure of the barometer.
SECRET_HOURS = 7654321
SECRET_BASE = 9876543
SECRET_SHARE = "37.13"
MARKS = {
    CANARY: re.compile(CANARY),
    PERSON: re.compile(PERSON),
    CONTACT: re.compile(CONTACT),
    UNLISTED: re.compile(UNLISTED),
    "number": re.compile(r"7[^\d]{0,8}654[^\d]{0,8}321|9[^\d]{0,8}876[^\d]{0,8}543|37[.,]13"),
}

# A world with secrets --------------------------------------------------------


def words(what: str) -> str:
    return f"{CANARY} {LURE} {what}"


def three(what: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words(what))


def secret_content(**changes: Any) -> dict[str, Any]:
    """A content in which everything that can be told is marked."""
    owner, partner, adopter = (unlisted(kind) for kind in ("omistaja", "kumppani", "käyttäjä"))
    complete = cases.complete_content(owner=owner.pk)
    return {
        **complete,
        "partners": [partner.pk],
        "partner_names": [words("kumppanin nimi")],
        "website": f"https://{CANARY}.example/",
        "texts": {language: {name: words(name) for name in TEXT_NAMES} for language in LANGUAGES},
        "evidence": [
            {
                "kind": "hours_saved",
                "label": three("vaikutus"),
                "value": "4321",
                "unit": CANARY,
                "period": words("aika"),
                "baseline": words("lähtötaso"),
                "established": "measured",
                "source": words("lähde"),
                "source_url": f"https://{CANARY}.example/lahde",
            },
            hours(SECRET_HOURS),
        ],
        "adoptions": [{"organisation": adopter.pk, "mode": "copy", "year": 2024, "result": words("tulos")}],
        "materials": [{"kind": "link", "url": f"https://{CANARY}.example/m", "title": words("linkki")}],
        "contact": {"role": words("rooli"), "email": f"{CANARY}@example.org", "phone": CANARY},
        **changes,
    }


def hours(value: int) -> dict[str, str]:
    return {
        "kind": "hours_saved",
        "value": str(value),
        "unit": "h",
        "established": "measured",
        "source": "Oma laskelma",
    }


def unlisted(what: str) -> Organisation:
    names = {f"name_{language}": f"{UNLISTED} {LURE} {what} {language}" for language in LANGUAGES}
    return OrganisationFactory(**names)


def person(**fields: Any) -> Any:
    number = UserFactory._meta.model.objects.count()
    return UserFactory(email=f"{PERSON}{number}@example.org", display_name=f"{PERSON} {number}", **fields)


def reviewer() -> Any:
    number = UserFactory._meta.model.objects.count()
    return cases.moderator(email=f"{PERSON}{number}@example.org", display_name=f"{PERSON} {number}")


def secret_cases() -> None:
    """One in every state that is not public."""
    by, moderator = person(), reviewer()

    def in_review() -> Any:
        return cases.in_review(by, moderator, **secret_content())

    draft = cases.draft(by, **secret_content())
    attach(draft)
    actions.save_content(draft, by=by, content=draft.content)
    cases.submitted(by, **secret_content())
    in_review()
    actions.return_for_changes(in_review(), by=moderator, message=words("puutteet"))
    actions.reject(in_review(), by=moderator, message=words("syy"))
    actions.discard(cases.draft(by, **secret_content()), by=by)
    for take_away in (
        lambda case: actions.archive(case, by=moderator, message=words("vanhentunut")),
        lambda case: actions.withdraw(case, by=by),
    ):
        revision = cases.draft(by, **secret_content(partner_names=[]))
        attach(revision)
        actions.save_content(revision, by=by, content=revision.content)
        actions.submit(revision, by=by)
        actions.start_review(revision, by=moderator)
        cases.publish(revision)
        take_away(Case.objects.get(pk=revision.case_id))
    # Published as an example, and erased with all that was its.
    erased = cases.published(by, **secret_content(partner_names=[]))
    Case.objects.filter(pk=erased.pk).update(is_example=True)
    actions.remove_examples()


def attach(revision: Any) -> Upload:
    """A file in which, and in whose name, the canary sits."""
    prepared = PreparedFile("attachment", f"{CANARY}.txt", "text/plain", words("tiedosto").encode())
    upload = actions.add_upload(revision, by=revision.case.submitter, prepared=prepared)
    material = {"kind": "attachment", "upload": upload.pk, "title": words("liite")}
    revision.content["materials"] = [*revision.content["materials"], material]
    return upload


def public_case_with_secrets() -> Case:
    """Everybody reads it; what is under way, declined and known of persons is nobody's business."""
    by, moderator = person(), reviewer()
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    contact = {
        "role": f"{CONTACT} rooli",
        "email": f"{CONTACT}@example.org",
        "phone": f"{CONTACT} 123",
        "name": f"{CONTACT} nimi",
        "name_until": until,
    }
    revision = cases.draft(by, contact=contact, evidence=[hours(100)])
    unused = PreparedFile("attachment", f"{CANARY}.txt", "text/plain", words("käyttämätön").encode())
    actions.add_upload(revision, by=by, prepared=unused)
    shown = actions.add_upload(
        revision, by=by, prepared=PreparedFile("attachment", "ohje.txt", "text/plain", b"Ohje")
    )
    revision.content["materials"] = [{"kind": "attachment", "upload": shown.pk, "title": "Ohje"}]
    actions.save_content(revision, by=by, content=revision.content)
    actions.submit(revision, by=by)
    actions.start_review(revision, by=moderator)
    cases.publish(revision)
    case = Case.objects.get(pk=revision.case_id)
    # A new text waits for its review.
    changed = actions.open_revision(case, by=by, content=secret_content())
    attach(changed)
    actions.save_content(changed, by=by, content=changed.content)
    actions.submit(changed, by=by)
    # A name whose day has come, before the daily erasing.
    expired = cases.published(by, contact={**contact, "name": f"{CANARY} nimi"})
    yesterday = timezone.localdate() - timedelta(days=1)
    Case.objects.filter(pk=expired.pk).update(contact_name_until=yesterday)
    for what, decline in (("kertomatta", False), ("hylätty", True)):
        adoption = actions.report_adoption(
            case, by=person(), organisation=unlisted(what), mode="copy", year=2024, result=words(what)
        )
        if decline:
            actions.decline_adoption(adoption, by=moderator, message=words("miksi ei"))
    confirmed = actions.report_adoption(
        case, by=person(), organisation=OrganisationFactory(), mode="copy", year=2024, result="Hyvä."
    )
    actions.confirm_adoption(confirmed, by=moderator)
    return case


def secret_barometer() -> None:
    def marked(of: str) -> dict[str, Any]:
        texts = ("name", "period", "fieldwork", "who_asked", "findings", "method", "weighting", "caveat")
        return {key: value for name in texts for key, value in in_three(name, f"{of} {name}").items()}

    def secret_survey(key: str) -> Survey:
        source = barometer.source(title=words("julkaisu"), publisher=words("julkaisija"))
        made = barometer.survey(key, source=source, **marked(key))
        what = barometer.question(f"{key}-q", **in_three("title", "kysymys"), **in_three("wording", "sanat"))
        answer = barometer.option(what, "yes", **in_three("label", "vastaus"))
        of = barometer.asked(made, what)
        barometer_actions.enter_figures(
            made, [barometer.figure(of, answer, SECRET_SHARE, SECRET_BASE)], by=None
        )
        return made

    secret_survey("draft")
    withdrawn = secret_survey("withdrawn")
    barometer_actions.publish(withdrawn, by=None)
    barometer_actions.withdraw(withdrawn, by=None)
    # A public edition in which one figure is kept back and one has not been checked.
    public = barometer.survey("public")
    told, kept, unseen = (barometer.question(key) for key in ("told", "kept", "unseen"))
    marks = {**in_three("words", "sanoin"), **in_three("note", "huomautus")}
    figures = []
    for what, hidden in (
        (told, {}),
        (kept, {"suppression": Figure.Suppression.BY_EDITOR}),
        (unseen, {"is_verified": False}),
    ):
        answer, of = barometer.option(what, "yes"), barometer.asked(public, what)
        secret = (SECRET_SHARE, SECRET_BASE) if hidden else (60, 500)
        figures.append(barometer.figure(of, answer, *secret, **(marks if hidden else {}), **hidden))
    barometer_actions.enter_figures(public, figures, by=None)
    barometer_actions.publish(public, by=None)


def in_three(field: str, what: str) -> dict[str, str]:
    return {f"{field}_{language}": words(what) for language in LANGUAGES}


def secret_pages_and_events() -> None:
    site.page_draft(three("luonnos"), three("teksti"))
    shown = site.page({"fi": "Palvelu", "sv": "Tjänst", "en": "Service"})
    marked = site.page_texts(three("uusi"), three("uusi teksti"))
    page_actions.save(shown, marked, by=None, seen_version=shown.version)
    gone = site.page(three("poistettu"))
    page_actions.withdraw(gone, by=None, seen_version=gone.version, message=words("miksi"))
    site.event_draft(three("luonnos"), three("kuvaus"))
    members = site.event(three("jäsenille"), three("kuvaus"), is_public=False, **in_three("place", "paikka"))
    prepared = PreparedFile("attachment", f"{CANARY}.txt", "text/plain", words("aineisto").encode())
    event_actions.add_material(members, title=words("aineisto"), prepared=prepared, by=None)
    opened = site.event({"fi": "Avoin"}, online_url=f"https://{CANARY}.example/kokous")
    event_actions.sign_up(opened, user=person())
    open_file = PreparedFile("attachment", "esitys.txt", "text/plain", b"Esitys")
    event_actions.add_material(opened, title="Esitys", prepared=open_file, by=None)
    for language in LANGUAGES:
        site.resource(three(f"aineisto {language}"), three("kuvaus"), is_public=False)
    names = {**in_three("role", "rooli"), **in_three("unit", "yksikkö")}
    Contact.objects.create(email=f"{CANARY}@example.org", topics=["service"], is_public=False, **names)
    texts = {language: (words("uutiskirje"), words("teksti")) for language in LANGUAGES}
    bulletins.draft(texts=texts, by=network.coordinator(f"{PERSON}@example.org"))


def secret_persons() -> None:
    for make in (network.unconfirmed, network.pending, network.member):
        make(
            email=f"{PERSON}-{make.__name__}@example.org", name=PERSON, organisation_name=PERSON, role=PERSON
        )
    feedback_actions.tell(
        kind=Feedback.Kind.PAGE,
        language="fi",
        path="/fi/",
        words=words("palaute"),
        email=f"{PERSON}@example.org",
    )


def world() -> Case:
    """All that is secret, and the public innovation beside it."""
    call_command("load_terms", verbosity=0)
    secret_cases()
    case = public_case_with_secrets()
    secret_barometer()
    secret_pages_and_events()
    secret_persons()
    actions.public_changed()
    return case


# Every address -----------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """One entry of the resolver: its name with its namespaces, and its path with parameters."""

    name: str
    path: str

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    def filled(self, values: dict[str, Any]) -> str:
        told = {name: quote(str(value), safe="") for name, value in values.items()}
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: told[found[1]], self.path)


def routes(
    resolver: URLResolver | None = None, names: tuple[str, ...] = (), prefix: str = ""
) -> Iterator[Route]:
    """All entries, in the active language."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(":".join([*names, entry.name or ""]), path)
        else:
            yield from routes(entry, (*names, entry.namespace) if entry.namespace else names, path)


# What is not asked for here, and why.
LEFT_OUT = {
    "admin": "asks everybody to sign in, which tests/admin sees to",
}

Values = Callable[[], list[dict[str, Any]]]


def each(name: str, values: Callable[[], Any]) -> Values:
    return lambda: [{name: value} for value in values()]


def of_cases(**more: Any) -> Values:
    """Every case, whatever its state."""
    return lambda: [{"pk": pk, **more} for pk in Case.objects.order_by("pk").values_list("pk", flat=True)]


def of_events(**more: Any) -> Values:
    return lambda: [{"pk": pk, **more} for pk in Event.objects.values_list("pk", flat=True)]


def case_pages() -> list[dict[str, Any]]:
    """Public ones at their own addresses; the others as somebody would ask who does not know their title."""
    return [
        {"pk": case.pk, "slug": text.slug if case.is_public and (text := case.text) else "x"}
        for case in Case.objects.prefetch_related("texts")
    ]


def organisations() -> list[dict[str, Any]]:
    return [{"pk": one.pk, "slug": one.slug or "-"} for one in Organisation.objects.all()]


def charts() -> list[str]:
    surveys = list(Survey.objects.values_list("key", flat=True))
    questions = list(Question.objects.values_list("key", flat=True))
    return [
        "nordic",
        *(f"compare--{question}--yes" for question in questions),
        *(f"{survey}--{question}" for survey in surveys for question in questions),
    ]


def questions_asked() -> list[dict[str, Any]]:
    return [
        {"survey": survey, "question": question}
        for survey in Survey.objects.values_list("key", flat=True)
        for question in Question.objects.values_list("key", flat=True)
    ]


def event_pages() -> list[dict[str, Any]]:
    shown = Event.objects.visible_to(AnonymousUser()).exclude(state=Event.State.DRAFT)
    slugs = {event.pk: event.slug for event in shown}
    return [{"pk": pk, "slug": slugs.get(pk, "x")} for pk in Event.objects.values_list("pk", flat=True)]


def page_slugs() -> list[str]:
    found = [
        address.slug
        for page in Page.objects.prefetch_related("addresses")
        if page.state == Page.State.PUBLISHED
        for address in page.addresses.all()
    ]
    return [*found, "ei-ole"]


def open_data_files() -> list[dict[str, Any]]:
    found = {(one.name, one.format.value) for dataset in DATASETS for one in dataset.distributions}
    return [{"name": name, "format": format} for name, format in sorted(found)]


def effects() -> list[str]:
    return ["hours-saved", "hours-saved--by--theme", "hours-saved--by--organisation", "hours-saved--examples"]


CHART_FILES = tuple(barometer_charts.FORMATS)
EFFECT_FILES = tuple(case_effects.FORMATS)
VALUES: dict[str, Values] = {
    "case_identifier": of_cases(),
    "api_v1:innovation": each("id", lambda: Case.objects.values_list("pk", flat=True)),
    "api_v1:organisation": each("id", lambda: Organisation.objects.values_list("pk", flat=True)),
    # What the API does not know.
    "": each("path", lambda: ["v1/nothing"]),
    "organisation_identifier": each("pk", lambda: Organisation.objects.values_list("pk", flat=True)),
    "sitemap": each("section", lambda: sitemaps.SECTIONS),
    "cases:": of_cases(),
    "cases:detail": case_pages,
    "cases:picture": of_cases(),
    "cases:effect": each("key", effects),
    "cases:effect_innovations": each("key", effects),
    "cases:effect_download": lambda: [
        {"key": key, "format": format} for key in effects() for format in EFFECT_FILES
    ],
    "cases:download": lambda: [{"format": format.value} for format in Format],
    "cases:upload": lambda: list(Upload.objects.values("pk", "name")),
    "cases:principle": each("code", lambda: ["1"]),
    "cases:organisation": organisations,
    "cases:translation": of_cases(language="sv"),
    "cases:own_revision": of_cases(number=1),
    "cases:bring_back": of_cases(number=1),
    "network:event": event_pages,
    "network:event_ics": of_events(),
    "network:material": lambda: list(EventMaterial.objects.exclude(name="").values("pk", "name")),
    "network:member": each("pk", lambda: [1, 2]),
    "pages:bulletin": each("pk", lambda: Bulletin.objects.values_list("pk", flat=True)),
    "pages:factor": each("key", lambda: ["new-technology"]),
    "pages:open_data_file": open_data_files,
    "barometer:question": each("question", lambda: Question.objects.values_list("key", flat=True)),
    "barometer:chart": each("key", charts),
    "barometer:embed": each("key", charts),
    "barometer:picture": each("key", charts),
    "barometer:download": lambda: [
        {"key": key, "format": format} for key in charts() for format in CHART_FILES
    ],
    "barometer:survey": each("survey", lambda: Survey.objects.values_list("key", flat=True)),
    "barometer:asked": questions_asked,
    "editorial:page": each("slug", page_slugs),
    "mfa_edit_webauthn": each("pk", lambda: [1]),
    "mfa_remove_webauthn": each("pk", lambda: [1]),
    "openid_connect_login": each("provider_id", lambda: ["sso"]),
    "openid_connect_callback": each("provider_id", lambda: ["sso"]),
}
# Addresses that mails alone hold: nobody guesses them.
SECRETS = {"secret", "token"}
# Files of what a search finds.
SEARCHED = {"cases:download"}
# Asked with these, too: what searches for the lure would find a leak.
SEARCHES = ("", f"?q={LURE}", f"?q={MISSPELT}")


def values_of(route: Route) -> list[dict[str, Any]] | None:
    """What to fill the parameters with; None when nobody has said so."""
    if not route.parameters:
        return [{}]
    if route.name in VALUES:
        return VALUES[route.name]()
    if set(route.parameters) <= SECRETS:
        return [dict.fromkeys(route.parameters, "x")]
    if route.parameters == ["pk"] and route.name.startswith("cases:"):
        return of_cases()()
    if route.parameters == ["pk"] and route.name.startswith("network:"):
        return of_events()()
    return None


def is_left_out(route: Route) -> bool:
    return route.name.split(":")[0] in LEFT_OUT


@dataclass(frozen=True)
class Address:
    """One address of a route, and what its parameters were filled with."""

    route: str
    path: str
    values: tuple[str, ...]


def addresses(languages: tuple[str, ...] = LANGUAGES) -> Iterator[Address]:
    """Every address of every route, with searches for the lure where there are no parameters."""
    seen = set()
    for language in languages:
        with override(language):
            for route in routes():
                if is_left_out(route):
                    continue
                for values in values_of(route) or []:
                    for search in SEARCHES if not values or route.name in SEARCHED else SEARCHES[:1]:
                        path = route.filled(values) + search
                        if path not in seen:
                            seen.add(path)
                            yield Address(route.name, path, tuple(map(str, values.values())))


# What they answer ----------------------------------------------------------------


def everything_in(content: bytes) -> bytes:
    """The content, and what is packed in it, however deep."""
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as packed:
        return b"\n".join(
            name.encode() + b"\n" + everything_in(packed.read(name)) for name in packed.namelist()
        )


def text_of(response: Any, asked: Address) -> str:
    """All that was answered, but what was asked with, which pages repeat in their own addresses."""
    content = response.getvalue() if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    text = everything_in(content).decode(errors="replace") + "\n" + headers
    for value in asked.values:
        if any(mark.search(value) for mark in MARKS.values()):
            text = text.replace(value, "")
    return text


@dataclass(frozen=True, order=True)
class Leak:
    route: str
    mark: str
    path: str


# Where a mark may stand, and why.
ALLOWED = {
    ("cases:detail", CONTACT): "whoever wants to copy the innovation asks there",
    ("cases:organisation", UNLISTED): "an organisation has a page, whether or not it has told of anything",
    ("organisation_identifier", UNLISTED): "leads to that page",
    ("network:join", UNLISTED): "whoever joins chooses from the whole register of organisations",
}


def sweep(
    client: Client, svgs: list[str], languages: tuple[str, ...] = LANGUAGES
) -> tuple[set[str], set[Leak]]:
    """Asks for everything; the routes that answered 200 to something, and what is not to be there.

    ``svgs`` gets what pictures are drawn of.
    """
    answered: set[str] = set()
    leaks: set[Leak] = set()
    for asked in addresses(languages):
        svgs.clear()
        response = client.get(asked.path)
        # An answer that was refused would hide whatever is not to be there.
        assert response.status_code != 429, asked.path
        if response.status_code == 200:
            answered.add(asked.route)
        text = text_of(response, asked) + "".join(svgs)
        for mark, pattern in MARKS.items():
            if pattern.search(text) and (asked.route, mark) not in ALLOWED:
                leaks.add(Leak(asked.route, mark, asked.path))
        # A spelling is suggested of words that the public can read.
        if MISSPELT in asked.path and LURE in text and (asked.route, UNLISTED) not in ALLOWED:
            leaks.add(Leak(asked.route, LURE, asked.path))
    return answered, leaks
