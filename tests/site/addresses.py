"""Every kind of page that a reader meets, by name, in the language that is active."""

from django.urls import reverse
from django.utils.translation import override

from accounts.models import Organisation
from cases.models import Case
from network.models import Event, SignUp
from pages.models import PageAddress


def reader_pages(language: str = "fi") -> dict[str, str]:
    """Paths of one page of every kind, those without results among them. Needs the first run's content."""
    with override(language):
        listing = reverse("cases:list")
        rich = Case.objects.public().filter(is_example=True, adopter_count__gt=1).order_by("pk").first()
        discontinued = Case.objects.public().filter(is_example=True, life_cycle="discontinued").first()
        compiled = Case.objects.public().filter(source__isnull=False).order_by("pk").first()
        ended = Organisation.objects.filter(code__startswith="virasto-valvira").first()
        assert rich
        assert discontinued
        assert compiled
        pages = {
            "front": reverse("pages:front"),
            "list": listing,
            "list, searched and narrowed": f"{listing}?q=asiakas&principle=3&principle=4&theme=07&page=1",
            "list, nothing found": f"{listing}?q=xyzzyxyzzy",
            "innovation": rich.get_absolute_url(),
            "discontinued innovation": discontinued.get_absolute_url(),
            "compiled innovation": compiled.get_absolute_url(),
            "site-wide search": reverse("pages:search"),
            "site-wide search, found": f"{reverse('pages:search')}?q=helsinki",
            "site-wide search, one kind": f"{reverse('pages:search')}?q=innovaatio&kind=questions",
            "site-wide search, nothing found": f"{reverse('pages:search')}?q=xyzzyxyzzy",
            "principles": reverse("cases:principles"),
            "principle": reverse("cases:principle", args=["3"]),
            "organisations": reverse("cases:organisations"),
            "organisations, none found": f"{reverse('cases:organisations')}?q=xyzzyxyzzy",
            "organisation": reverse("cases:organisation", args=[rich.owner_id, rich.owner.slug]),
            "how to tell": reverse("cases:tell"),
            **effect_pages(language),
            "network": reverse("network:front"),
            **event_pages(),
            "bulletins": reverse("pages:bulletins"),
            **barometer_pages(),
            **self_test_pages(),
            **editorial_pages(language),
            "resources": (resources := reverse("pages:resources")),
            "resources, searched and narrowed": f"{resources}?q=opsi&language=en&principle=5",
            "resources, nothing found": f"{resources}?q=xyzzyxyzzy",
            "contacts": reverse("pages:contacts"),
            "data dictionary": reverse("pages:data_dictionary"),
            "API": reverse("api:docs"),
            "accessibility statement": reverse("pages:accessibility"),
            "privacy notice": reverse("pages:privacy"),
            "feedback given": reverse("pages:feedback_thanks"),
            "feedback on accessibility given": reverse("pages:feedback_told"),
        }
        if ended:
            pages["ended organisation"] = reverse("cases:organisation", args=[ended.pk, ended.slug])
        return pages


def effect_pages(language: str) -> dict[str, str]:
    """Paths of what innovations report: in a first run nothing real, and the invented examples apart."""
    behind = reverse("cases:effect_innovations", args=["hours-saved--by--theme--examples"])
    pages = {
        "effect that nothing reports": reverse("cases:effect", args=["hours-saved"]),
        "effect by theme": reverse("cases:effect", args=["hours-saved--by--theme--examples"]),
        "effect by year": reverse("cases:effect", args=["throughput-time--by--year--examples"]),
        "innovations behind a figure": f"{behind}?group=10&established=measured",
        "no innovations behind a figure": f"{behind}?established=evaluated",
    }
    if productivity := editorial_pages(language).get("page: productivity"):
        pages["productivity, with examples"] = (
            f"{productivity}?effect=satisfaction-5&by=organisation&examples=1"
        )
    return pages


def event_pages() -> dict[str, str]:
    """Paths of the network's events: the list, one that is full, one that has been, with its materials."""
    examples = Event.objects.filter(is_example=True)
    full = examples.filter(sign_ups__state=SignUp.State.WAITING).first()
    past = examples.past().first()
    assert full
    assert past
    listing = reverse("network:events")
    return {
        "events": listing,
        "events, of a kind": f"{listing}?kind=visit",
        "events, none of a kind": f"{listing}?kind=opsi_webinar",
        "event that is full": full.get_absolute_url(),
        "event that has been": past.get_absolute_url(),
    }


def barometer_pages() -> dict[str, str]:
    """Paths of the barometer's pages: with and without shares that are known, narrowed down to something and
    to nothing.
    """
    overview = reverse("barometer:overview")
    partners = reverse("barometer:question", args=["partners"])
    return {
        "barometer": overview,
        "barometer, narrowed": f"{overview}?country=FI&sector=municipal",
        "barometer, none found": f"{overview}?country=SE&sector=regional",
        "barometer’s edition": reverse("barometer:survey", args=["fi-municipal-2022"]),
        "edition without known shares": reverse("barometer:survey", args=["fi-state-2022"]),
        "edition’s question": reverse("barometer:asked", args=["dk-3", "at-least-one-innovation"]),
        "edition’s question without known shares": reverse(
            "barometer:asked", args=["fi-state-2022", "at-least-one-innovation"]
        ),
        "barometer’s questions": reverse("barometer:questions"),
        "barometer’s question": reverse("barometer:question", args=["at-least-one-innovation"]),
        "barometer’s question, narrowed": f"{partners}?option=companies&sector=municipal",
        "question about factors": reverse("barometer:question", args=["factor-effect"]),
        "chart": reverse("barometer:chart", args=["nordic"]),
        "chart of one edition": reverse("barometer:chart", args=["dk-4--factor-effect"]),
    }


def editorial_pages(language: str) -> dict[str, str]:
    """Paths of the pages that staff write, by what the site shows beneath them."""
    addresses = PageAddress.objects.filter(language=language, is_current=True).select_related("page")
    return {
        f"page: {address.page.key}": reverse("editorial:page", args=[address.slug]) for address in addresses
    }


def self_test_pages() -> dict[str, str]:
    """Paths of the test of one's own organisation, rightly and wrongly answered, and of factors."""
    result = reverse("pages:self_test_result")
    answers = (
        "innovation-type=services&innovation-type=processes&novelty=adapted&initiator=manager&partners=companies"
        "&promotes=new-technology&hinders=limited-finances&hinders=legislation&hinders=citizen-participation"
        "&value=quality&technology-degree=important-part&core-task=none&evaluation=no&spread=no"
        "&edition=fi-municipal-2022&edition=fi-municipal-2018&edition=dk-4"
    )
    return {
        "test": reverse("pages:self_test"),
        "test, answered before": f"{reverse('pages:self_test')}?{answers}",
        "test’s result": f"{result}?{answers}",
        "test’s result, no weak spot": f"{result}?innovation-type=services",
        "test’s result, no innovation": f"{result}?innovation-type=none&ongoing-work=no",
        "test, wrongly answered": f"{result}?innovation-type=x&hinders=x&initiator=x&edition=x",
        "test’s answers deleted": reverse("pages:self_test_deleted"),
        "factor": reverse("pages:factor", args=["new-technology"]),
        "factor that is a motive": reverse("pages:factor", args=["limited-finances"]),
    }


def error_pages(language: str = "fi") -> dict[str, str]:
    """Paths that answer 404 and 410."""
    with override(language):
        archived = Case.objects.gone().order_by("pk").first()
        assert archived
        return {
            "not found": f"/{language}/ei-ole/",
            "gone": reverse("cases:detail", args=[archived.pk, "x"]),
        }
