"""Filling the steps in as a browser would: what a page shows is what it sends back."""

from typing import Any

from bs4 import BeautifulSoup
from django.http import HttpResponse, QueryDict

from cases.forms.steps import Step


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def form_data(response: HttpResponse) -> dict[str, Any]:
    """What the page's form would send if nothing were touched and no button pressed."""
    form = soup(response).select_one("main form")
    data: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name = control["name"]
        if control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            data[name] = chosen["value"]
        elif control.name == "textarea":
            data[name] = control.get_text().removeprefix("\n")
        elif control["type"] in ("checkbox", "radio"):
            if control.has_attr("checked"):
                data.setdefault(name, []).append(control.get("value", "on"))
        elif control["type"] != "file":
            data[name] = control.get("value", "")
    return data


def sent_by(step: Step) -> QueryDict:
    """The same for a step that has not been rendered."""
    data = QueryDict(mutable=True)
    rows = [form for row_set in step.row_sets.values() for form in (row_set.management_form, *row_set.forms)]
    for form in [step.form, *rows]:
        for bound in form:
            if bound.widget_type in ("checkbox", "file"):
                continue
            value = bound.field.widget.format_value(bound.value())
            data.setlist(bound.html_name, value if isinstance(value, list) else [value or ""])
    return data


def errors_of(response: HttpResponse) -> list[str]:
    """The words of the error summary."""
    return [item.get_text(" ", strip=True) for item in soup(response).select(".error-summary li")]


def title_of(response: HttpResponse) -> str:
    return " ".join(soup(response).title.get_text().split())


def text_of(response: HttpResponse) -> str:
    return soup(response).main.get_text(" ", strip=True)
