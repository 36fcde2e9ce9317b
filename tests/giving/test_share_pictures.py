"""The pictures that chats and social media show beside links."""

from io import BytesIO
from xml.etree import ElementTree

import pytest
import resvg_py
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from barometer import actions as barometer_actions
from cases import actions
from cases.models import Case
from common import share_pictures
from common.charts import Bar, Chart, Row
from common.charts.text import width
from common.share_pictures import BAND_TOP, COLOURS, MARGIN, PRINCIPLES, TITLE_WIDTH, of_chart, of_words
from tests.barometer import factories as barometer
from tests.cases import factories
from tests.look.test_contrast import colours
from tests.site.addresses import reader_pages

pytestmark = pytest.mark.django_db

LANGUAGES = ("fi", "sv", "en")
SVG = "{http://www.w3.org/2000/svg}"
# Words such as people write them, and such as they should not.
TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.lists(
    st.text("aäiklmnostuvyöWM–", min_size=1, max_size=70), min_size=1, max_size=12
).map(" ".join)


def titled(title: str, **changes) -> Case:
    content = factories.complete_content(**changes)
    content["texts"]["fi"]["title"] = title
    return factories.published(**content)


def address_of(case: Case, language: str = "fi") -> str:
    with override(language):
        return reverse("cases:picture", args=[case.pk])


def lines(svg: str) -> list[tuple[float, float, float, bool, str]]:
    """Of each text: where it begins, its baseline, its size, whether it is bold, its words."""
    return [
        (
            float(text.get("x", 0)),
            float(text.get("y", 0)),
            float(text.get("font-size", 0)),
            text.get("font-weight") == "700",
            text.text or "",
        )
        for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


def words(svg: str) -> str:
    return " ".join(text for *_place, text in lines(svg))


# What pages tell of them --------------------------------------------------------


def test_every_page_leads_to_a_picture_in_its_language(registry, client):
    seen = set()
    for language in LANGUAGES:
        for name, path in reader_pages(language).items():
            page = BeautifulSoup(client.get(path).content, "html.parser")
            head = {meta["property"]: meta["content"] for meta in page.select("meta[property^=og]")}
            if not head:
                assert page.select_one('meta[name=robots][content="noindex"]'), name
                continue
            assert head["og:url"] == page.select_one("link[rel=canonical]")["href"]
            assert page.title.text.endswith(f"{head['og:title']} – {head['og:site_name']}")
            assert head["og:description"] == page.select_one("meta[name=description]")["content"] != ""
            assert head["og:locale"].startswith(language)
            assert len(page.select('meta[property="og:locale:alternate"]')) == 2
            assert (head["og:image:width"], head["og:image:height"]) == ("1200", "630")
            assert head["og:image:alt"]
            assert page.select_one('meta[name="twitter:card"]')["content"] == "summary_large_image"
            picture = head["og:image"].removeprefix(settings.BASE_URL)
            assert picture.startswith(f"/{language}/")
            if picture in seen:
                continue
            seen.add(picture)
            answer = client.get(picture)
            assert answer.status_code == 200, picture
            assert answer["Content-Type"] == head["og:image:type"] == "image/png"
            assert Image.open(BytesIO(answer.content)).size == (1200, 630)
            assert not answer.cookies
    # In each language one of the site, three innovations and two charts.
    assert len(seen) == 3 * 6


def test_a_title_is_told_as_it_is_whatever_signs_it_has(client):
    case = titled('Lupa "heti" & <b>nyt</b>')
    page = BeautifulSoup(client.get(case.get_absolute_url()).content, "html.parser")
    assert page.select_one('meta[property="og:title"]')["content"] == 'Lupa "heti" & <b>nyt</b>'
    assert page.title.text.startswith('Lupa "heti" & <b>nyt</b> – ')


# Innovations --------------------------------------------------------------------


def drawn(client, monkeypatch, path: str) -> str:
    """The words of the picture that the address draws."""
    svgs: list[str] = []
    as_png = share_pictures.as_png
    monkeypatch.setattr(share_pictures, "as_png", lambda svg: svgs.append(svg) or as_png(svg))
    assert client.get(path).status_code == 200
    (svg,) = svgs
    return words(svg)


def test_an_innovation_is_drawn_with_title_owner_year_and_principles(client, monkeypatch):
    case = titled("Neuvontabotti", **factories.with_principles("2", "5"))
    told = drawn(client, monkeypatch, address_of(case))
    for part in ("Neuvontabotti", f"{case.owner.name}, 2022", "2", "5", "Innovaatiorekisteri"):
        assert part in told
    assert "Keksitty esimerkki" not in told


def test_an_invented_example_says_so_in_its_picture(client, monkeypatch):
    case = titled("Neuvontabotti")
    Case.objects.update(is_example=True)
    assert "Keksitty esimerkki" in drawn(client, monkeypatch, address_of(case))


def test_a_picture_is_there_when_its_page_is(client):
    draft = factories.in_review().case
    assert client.get(address_of(draft)).status_code == 404
    case = factories.published()
    assert client.get(address_of(case)).status_code == 200
    actions.archive(case, by=factories.moderator(), message="Vanhentunut.")
    assert client.get(address_of(case)).status_code == 410
    withdrawn = factories.published()
    actions.withdraw(withdrawn, by=withdrawn.submitter)
    assert client.get(address_of(withdrawn)).status_code == 410
    assert client.get("/fi/innovaatiot/987654.png").status_code == 404


def test_whoever_has_a_picture_gets_none_and_nothing_is_drawn(client, monkeypatch):
    case = titled("Neuvontabotti")
    first = client.get(address_of(case))
    assert first["Cache-Control"] == "public, max-age=3600"
    monkeypatch.setattr(share_pictures, "as_png", None)
    again = client.get(address_of(case), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])


def test_the_same_words_give_the_same_bytes_drawn_once(client, monkeypatch):
    case = titled("Neuvontabotti")
    first = client.get(address_of(case))
    caches["pictures"].clear()
    assert client.get(address_of(case)).content == first.content
    monkeypatch.setattr(resvg_py, "svg_to_bytes", None)
    assert client.get(address_of(case)).content == first.content


def test_a_change_gives_a_new_address_and_a_new_picture(client):
    case = titled("Alkuperäinen")

    def told() -> tuple[str, str]:
        page = BeautifulSoup(client.get(f"/id/innovation/{case.pk}", follow=True).content, "html.parser")
        address = page.select_one('meta[property="og:image"]')["content"].removeprefix(settings.BASE_URL)
        return address, client.get(address)["ETag"]

    before = told()
    # A second later, as the version counts seconds.
    Case.objects.update(changed_at="2030-01-01T00:00:00Z")
    case.texts.update(title="Uusi")
    after = told()
    assert before[0] != after[0]
    assert before[1] != after[1]
    # An organisation is renamed without touching its innovations: the old address gives the new picture.
    case.owner.name_fi = "Toinen nimi"
    case.owner.save()
    renamed = told()
    assert renamed[0] == after[0]
    assert renamed[1] != after[1]


def test_a_picture_takes_three_queries(client):
    case = titled("Neuvontabotti", **factories.with_principles("1", "2", "3", "4", "5"))
    client.get(address_of(case))
    with CaptureQueriesContext(connection) as captured:
        client.get(address_of(case))
    assert len(captured) == 3


# Charts -------------------------------------------------------------------------


def test_the_picture_of_a_chart_is_public_when_its_figures_are(client, monkeypatch):
    draft = barometer.survey("edition")
    of = barometer.asked(draft, barometer.question("q"))
    figure = barometer.figure(of, barometer.option(of.question, "yes"), 40)
    barometer_actions.enter_figures(draft, [figure], by=None)
    path = reverse("barometer:picture", args=["edition--q"])
    assert client.get(path).status_code == 404
    client.force_login(barometer.editor())
    assert client.get(path).status_code == 404
    client.logout()
    barometer_actions.publish(draft, by=None)
    told = drawn(client, monkeypatch, path)
    assert "Publisher" in told
    assert "40" in told
    barometer_actions.withdraw(draft, by=None)
    assert client.get(path).status_code == 410


def chart(rows: int) -> Chart:
    return Chart(
        rows=tuple(Row(label=f"Rivi {row}", bars=(Bar(value=row, text=str(row)),)) for row in range(rows))
    )


@pytest.mark.parametrize("rows", [1, 3, 8, 40])
def test_rows_that_find_no_room_are_counted(rows):
    with override("en"):
        svg = of_chart("Title", chart(rows), over="Edition", source="Publisher")
    told = words(svg)
    shown = sum(text.startswith("Rivi") for *_place, text in lines(svg))
    assert shown
    left_out = rows - shown
    assert (f"and {left_out} more in the chart" in told) == bool(left_out)
    assert "Publisher" in told


# Words find room ----------------------------------------------------------------


@given(title=TITLES, below=TITLES, ribbon=st.sampled_from(["", "Keksitty esimerkki"]))
def test_no_words_leave_their_room(title, below, ribbon):
    for x, y, size, bold, text in lines(
        of_words(title, below=below, principles=tuple("12345"), ribbon=ribbon)
    ):
        assert y < BAND_TOP - 8 or text in {"Innovaatiorekisteri", *PRINCIPLES}
        if x == MARGIN:
            assert width(text, size, bold=bold) <= TITLE_WIDTH + 0.1


@given(title=TITLES, over=TITLES, source=TITLES)
def test_no_words_of_a_chart_leave_their_room(title, over, source):
    for x, y, size, bold, text in lines(of_chart(title, chart(4), over=over, source=source)):
        if x == MARGIN:
            assert y < BAND_TOP - 8
            assert width(text, size, bold=bold) <= 1200 - 2 * MARGIN + 0.1


def test_a_compound_that_fits_in_a_smaller_size_is_not_broken():
    compound = "Lentokonesuihkuturbiinimoottoriapumekaanikko"
    assert compound[:38] in words(of_words(compound[:38]))
    broken = words(of_words(compound * 2))
    assert broken.replace("- ", "").startswith(compound * 2)


def test_no_word_is_left_alone_on_the_last_line():
    with override("fi"):
        title = [
            text
            for x, _y, _size, bold, text in lines(of_words("Joku on jo ratkaissut sen."))
            if bold and x == MARGIN
        ]
    assert title == ["Joku on jo", "ratkaissut sen."]


def test_the_colours_are_those_of_the_light_theme():
    tokens = colours("light")
    for name, colour in COLOURS.items():
        assert tokens[name.replace("_", "-")] == colour, name
    for code, colour in PRINCIPLES.items():
        assert tokens[f"principle-{code}"] == colour
