"""Filling the steps in as a browser would: what a page shows is what it sends back."""

from typing import Any

from bs4 import BeautifulSoup
from django.http import HttpResponse


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def form_data(response: HttpResponse) -> dict[str, Any]:
    """What the page's form would send if nothing were touched."""
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
                data.setdefault(name, []).append(control["value"] if control.has_attr("value") else "on")
        elif control["type"] != "file":
            data[name] = control.get("value", "")
    return data


def messages_of(response: HttpResponse) -> list[str]:
    """The words of the error summary."""
    return [item.get_text(" ", strip=True) for item in soup(response).select(".error-summary li")]
