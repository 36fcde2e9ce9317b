"""The accessibility statement tells what is kept in the admin, and claims nothing that is not assessed."""

from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS
from pages.admin.accessibility import waiting_for
from pages.models import AccessibilityException, AccessibilityStatement, Contact
from tests.reviewing.pages import client_of, member_of
from tests.submitting.pages import soup, text_of

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in django_settings.LANGUAGES]


def address(language: str = "en") -> str:
    with override(language):
        return reverse("pages:accessibility")


def statement(**values) -> AccessibilityStatement:
    return AccessibilityStatement.objects.create(
        **{
            "pk": 1,
            "status": "partial",
            "method": "self",
            "assessed_on": date(2026, 9, 1),
            "reviewed_on": date(2026, 10, 2),
            **values,
        }
    )


def an_exception(kept: AccessibilityStatement, **values) -> AccessibilityException:
    texts = {
        f"{name}_{language}": f"{name} in {language}"
        for name in ("what", "why", "alternative")
        for language in LANGUAGES
    }
    return AccessibilityException.objects.create(
        statement=kept, **{"reason": "non_compliance", "criterion": "1.2.5", **texts, **values}
    )


# The page -------------------------------------------------------------------------


def test_without_an_assessment_nothing_is_claimed(client):
    text = text_of(client.get(address()))
    assert "has not been published yet" in text
    assert "Conformance with the requirements" not in text
    assert "Assessed on" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_is_there_in_every_language_without_a_cookie(client, language, settings):
    settings.BASE_URL = "https://rekisteri.example"
    an_exception(statement(status="partial"))
    answer = client.get(address(language))
    assert not answer.cookies
    text = text_of(answer)
    for part in (
        "https://rekisteri.example",
        "306/2019",
        "EN 301 549",
        "2.1",
        "2.2",
        "Traficom",
        "1.2.5",
        "14",
    ):
        assert part in text, part
    assert f"what in {language}" in text
    assert f"why in {language}" in text
    assert f"alternative in {language}" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("full", "meets the requirements of WCAG 2.1"),
        ("partial", "for the most part"),
        ("none", "does not meet"),
    ],
)
def test_the_status_is_told_in_words(client, status, words):
    statement(status=status)
    assert words in text_of(client.get(address()))


def test_exceptions_are_told_by_their_ground(client):
    kept = statement()
    an_exception(kept, reason="burden", what_en="Old recordings")
    an_exception(kept, what_en="A map")
    an_exception(kept, reason="out_of_scope", what_en="Others’ documents")
    main = soup(client.get(address())).main
    headings = [heading.get_text(strip=True) for heading in main.select("h3")]
    assert headings == [str(reason.label) for reason in AccessibilityException.Reason]


def test_dates_and_method_are_told(client):
    statement(method="third_party", method_note_en="With three screen readers.")
    text = text_of(client.get(address()))
    assert "Assessment by a third party" in text
    assert "With three screen readers." in text
    assert "2026" in text


def test_the_way_to_give_feedback_is_a_form_and_whom_staff_have_told(client):
    with override("en"):
        form = reverse("pages:feedback_accessibility")
    Contact.objects.create(
        role_fi="Saavutettavuus", role_en="Accessibility", email="saavutettavuus@esimerkki.example",
        topics=["accessibility"],
    )  # fmt: skip
    Contact.objects.create(
        role_fi="Turva", role_en="Security", email="turva@esimerkki.example", topics=["security"]
    )
    main = soup(client.get(address())).main
    assert main.select_one(f'a[href="{form}"]')
    assert main.select_one('a[href="mailto:saavutettavuus@esimerkki.example"]')
    assert not main.select('a[href="mailto:turva@esimerkki.example"]')


def test_the_footer_of_every_page_leads_to_the_statements(client):
    links = [link["href"] for link in soup(client.get("/en/")).select("footer a")]
    with override("en"):
        assert address() in links
        assert reverse("pages:privacy") in links


# Keeping it -----------------------------------------------------------------------


def form_values(**values) -> dict[str, str]:
    return {
        "status": "partial",
        "method": "self",
        "assessed_on": "2026-09-01",
        "reviewed_on": "2026-10-02",
        "method_note_fi": "",
        "method_note_sv": "",
        "method_note_en": "",
        "exceptions-TOTAL_FORMS": "1",
        "exceptions-INITIAL_FORMS": "0",
        "exceptions-0-reason": "burden",
        "exceptions-0-criterion": "1.2.5",
        "exceptions-0-order": "0",
        **{
            f"exceptions-0-{name}_{language}": f"{name} {language}"
            for name in ("what", "why", "alternative")
            for language in LANGUAGES
        },
        **values,
    }


def test_editors_keep_one_statement_with_history():
    client = client_of(member_of(CONTENT_EDITORS))
    add = reverse("admin:pages_accessibilitystatement_add")
    answer = client.post(add, form_values())
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    kept = AccessibilityStatement.objects.get()
    assert kept.pk == 1
    assert kept.exceptions.get().what_sv == "what sv"
    assert client.get(add).status_code == 403
    change = reverse("admin:pages_accessibilitystatement_change", args=[1])
    kept_exception = kept.exceptions.get()
    changed = form_values(
        reviewed_on="2026-11-01",
        **{
            "exceptions-INITIAL_FORMS": "1",
            "exceptions-0-id": str(kept_exception.pk),
            "exceptions-0-statement": "1",
        },
    )
    assert client.post(change, changed).status_code == 302
    assert kept.history.count() == 2
    assert client.get(reverse("admin:pages_accessibilitystatement_history", args=[1])).status_code == 200


def test_an_exception_lacks_no_language():
    client = client_of(member_of(CONTENT_EDITORS))
    answer = client.post(
        reverse("admin:pages_accessibilitystatement_add"), form_values(**{"exceptions-0-why_sv": ""})
    )
    assert answer.status_code == 200
    assert not AccessibilityStatement.objects.exists()


def test_other_staff_do_not_keep_it():
    statement()
    client = client_of(member_of(BAROMETER_EDITORS))
    for name, arguments in (("changelist", []), ("add", []), ("change", [1])):
        path = reverse(f"admin:pages_accessibilitystatement_{name}", args=arguments)
        assert client.get(path).status_code == 403, name


@pytest.mark.parametrize(
    ("since_review", "count", "is_late"), [(300, 0, False), (340, 1, False), (365, 1, True), (500, 1, True)]
)
def test_staff_are_warned_when_the_yearly_review_is_due(since_review, count, is_late):
    day = timezone.localdate() - timedelta(days=since_review)
    kept = statement(assessed_on=day, reviewed_on=day)
    (counter,) = waiting_for(member_of(CONTENT_EDITORS))
    assert (counter.count, counter.is_late) == (count, kept.is_review_due)
    assert kept.is_review_due or not is_late


def test_staff_are_told_that_there_is_no_statement_yet():
    (counter,) = waiting_for(member_of(CONTENT_EDITORS))
    assert counter.count == 1
    assert counter.url == reverse("admin:pages_accessibilitystatement_add")


@pytest.mark.parametrize(
    "wrong",
    [{"pk": 2}, {"status": "quite"}, {"assessed_on": date(2026, 9, 2), "reviewed_on": date(2026, 9, 1)}],
)
def test_the_database_refuses_what_must_not_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        statement(**wrong)


def test_the_review_of_a_leap_day_is_due_on_the_last_of_february():
    kept = AccessibilityStatement(reviewed_on=date(2024, 2, 29))
    assert kept.review_due_on == date(2025, 2, 28)


def test_queries_do_not_grow_with_the_exceptions(client, django_assert_max_num_queries):
    kept = statement()
    client.get(address())
    an_exception(kept)
    with django_assert_max_num_queries(8) as few:
        client.get(address())
    for _number in range(5):
        an_exception(kept)
    with django_assert_max_num_queries(len(few)):
        client.get(address())
