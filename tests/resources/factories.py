"""Resources and contacts for tests."""

from typing import Any

from pages.models import Contact, Resource
from taxonomy.models import Term, Vocabulary

LANGUAGES = ("fi", "sv", "en")


def in_all(**texts: str) -> dict[str, str]:
    """The same text in three languages, told apart by the language's code: title → title_fi …"""
    return {f"{name}_{code}": f"{text} {code}" for name, text in texts.items() for code in LANGUAGES}


def resource(title: str = "Opas", *, terms: tuple[Term, ...] = (), **values: Any) -> Resource:
    """A public one unless told otherwise."""
    texts = in_all(title=title, description="Kuvaus", publisher="Julkaisija")
    defaults = {
        "kind": Resource.Kind.GUIDE,
        "url": "https://opas.example/",
        "languages": ["fi"],
        "is_public": True,
    }
    made = Resource.objects.create(**texts | defaults | values)
    made.terms.set(terms)
    return made


def principle(code: str) -> Term:
    return Term.objects.get_or_create(
        vocabulary=Vocabulary.PRINCIPLE,
        code=code,
        defaults={"name_fi": f"Periaate {code}", "order": int(code)},
    )[0]


def theme(code: str, name: str) -> Term:
    return Term.objects.get_or_create(
        vocabulary=Vocabulary.THEME, code=code, defaults={"name_fi": name, "order": int(code)}
    )[0]


def contact(role: str = "Neuvonta", **values: Any) -> Contact:
    defaults = {"email": "neuvonta@virasto.example", "topics": []}
    return Contact.objects.create(**in_all(role=role) | defaults | values)
