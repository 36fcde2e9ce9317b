"""The page that shows every component with every variant, for those who build pages.

The accessibility tests open it: a component is tested once it stands here.
"""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common.spam_guard import SpamGuard


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Title", max_length=80, help_text="What would you call it to a colleague?")
    summary = forms.CharField(
        label="In short",
        max_length=500,
        widget=forms.Textarea,
        help_text="What came of it, then what was done.",
    )
    started = forms.IntegerField(label="Started in", required=False)
    language = forms.ChoiceField(label="Language", choices=[("fi", "Suomi"), ("sv", "Svenska")])
    novelty = forms.ChoiceField(
        label="How new was it?",
        widget=forms.RadioSelect,
        choices=[
            ("first", "First of its kind"),
            ("adapted", "Adapted from others"),
            ("copy", "Largely a copy"),
        ],
    )
    kinds = forms.MultipleChoiceField(
        label="What is it?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("service", "A service"), ("process", "A way of working"), ("product", "A product")],
        help_text="Choose all that fit.",
        required=False,
    )
    picture = forms.FileField(label="Picture", required=False)
    agreed = forms.BooleanField(label="The text may be published", help_text="Under CC BY 4.0.")


def _sample() -> dict[str, Any]:
    names = [
        "Tuemme ja vahvistamme innovaatiotoimintaa",
        "Rohkaisemme ja valmennamme",
        "Vaalimme kumppanuuksia",
        "Tuemme tutkimusta, iterointia ja kokeiluja",
        "Levitämme opittua",
    ]
    principles = [SimpleNamespace(code=str(number), name=name) for number, name in enumerate(names, 1)]
    card = {
        "id": 1,
        "url": "#card",
        "title": "Lupahakemus yhdellä keskustelulla",
        "summary": "Rakennuslupaa neuvotaan chatissa, joka täyttää hakemuksen puhuttaessa.",
        "language": "fi",
        "owner": "Esimerkkilän kunta",
        "year": 2022,
        "principles": [principles[1], principles[3]],
        "pills": [{"text": "Mitattu: −21 pv", "tone": "green"}, {"text": "Käytössä 4:ssä", "tone": "blue"}],
        "facts": [
            {"value": "4", "label": "organisaatiota ottanut käyttöön"},
            {"value": "1 900 h", "label": "säästyy vuodessa, mitattu"},
        ],
    }
    ended = {
        **card,
        "id": 2,
        "title": "Kokeilu, joka lopetettiin ajoissa",
        "summary": "Äänentunnistus ei ymmärtänyt murteita. Kolme muuta säästyi samalta.",
        "owner": "Esimerkkivirasto",
        "pills": [{"text": "Lopetettu: opit talteen", "tone": "amber"}],
        "facts": [{"value": "Arvioitu", "label": "vaikutus mitataan 2027", "tone": "quiet"}],
        "is_example": True,
    }
    return {
        "principles": principles,
        "cards": [card, ended, {**card, "id": 3, "title": "Kotihoidon reitit ennusteella", "facts": []}],
        "status": SimpleNamespace(label="Käytössä", tone="green"),
        "chain": [
            {
                "organisation": "Esimerkkilän kunta",
                "url": "#",
                "mode": "original",
                "mode_label": "Alkuperäinen",
                "year": 2022,
            },
            {
                "organisation": "Malliston kaupunki",
                "mode": "copy",
                "mode_label": "Kopioi lähes sellaisenaan",
                "year": 2023,
                "result": "Käsittelyaika lyheni 17 päivää (mitattu).",
            },
            {
                "organisation": "Näytelän kunta",
                "mode": "adapted",
                "mode_label": "Mukautti maa-ainesluville",
                "year": 2024,
                "follows": "Malliston kaupunki",
            },
            {
                "organisation": "Esimerkkivirasto",
                "mode": "inspired",
                "mode_label": "Sai idean",
                "year": 2025,
                "is_reported": True,
            },
        ],
        "steps": [
            {"label": "Perustiedot", "url": "#", "state": "done"},
            {"label": "Faktat ja periaatteet", "url": "#", "state": "gap"},
            {"label": "Tarina", "url": "", "state": "current"},
            {"label": "Vaikutukset", "url": "#", "state": "todo"},
            {"label": "Yhteystiedot", "url": "", "state": "todo"},
        ],
        "facet_options": [
            {"value": str(number), "label": name, "count": 48 - 7 * number, "is_chosen": number == 3}
            for number, name in enumerate(names, 1)
        ],
        "chips": [{"label": "3 Vaalimme kumppanuuksia", "url": "#"}, {"label": "Kunta", "url": "#"}],
        "page_obj": Paginator(range(400), 20).page(7),
        "breadcrumb_sample": [("Innovaatiot", "#"), ("Lupahakemus yhdellä keskustelulla", "")],
        "other_language": "sv",
        "guard": SpamGuard.new("gallery"),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Open to developers and staff; for everybody else it does not exist."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    return render(
        request,
        "gallery.html",
        {
            "empty_form": SampleForm(prefix="empty"),
            "wrong_form": SampleForm({"wrong-summary": "a" * 510}, prefix="wrong"),
            "icons": [
                path.stem for path in sorted((settings.BASE_DIR / "templates/components/icons").glob("*.svg"))
            ],
            **_sample(),
        },
    )
