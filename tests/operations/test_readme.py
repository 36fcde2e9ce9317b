"""The README names every setting and command there is, and none that is not."""

import ast
import re
import subprocess

import pytest
from django.conf import settings
from django.core.management import get_commands

README = (settings.BASE_DIR / "README.md").read_text()
SETTINGS_SOURCE = (settings.BASE_DIR / "innovation_registry" / "settings.py").read_text()


def settings_read() -> set[str]:
    """Names of the environment variables that the settings ask for, as in ``env.str("NAME")``."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(SETTINGS_SOURCE))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_is_in_the_table_and_every_row_is_a_setting():
    section = README.split("## Settings")[1].split("\n## ")[0]
    table = re.findall(r"^\| `([A-Z_]+)` \|", section, re.MULTILINE)
    assert sorted(table) == sorted(settings_read())


def test_only_the_settings_read_the_environment():
    """One place to look; the entry points that say where the settings are come before it."""
    entry_points = {"manage.py", "wsgi.py", "gunicorn_conf.py"}
    readers = [
        str(file.relative_to(settings.BASE_DIR))
        for folder in ("innovation_registry", "pages", "cases", "accounts", "taxonomy", "common")
        for file in (settings.BASE_DIR / folder).rglob("*.py")
        if file.name not in entry_points and re.search(r"\bos\.environ\b|\bgetenv\(", file.read_text())
    ]
    assert readers == []


def test_readme_begins_with_the_two_commands():
    first_block = README.split("```")[1]
    commands = [line.split("#")[0].strip() for line in first_block.splitlines()[1:] if line]
    assert commands == ["./run", "./run test"]


def test_commands_of_the_readme_are_those_of_run():
    told = subprocess.run(
        [settings.BASE_DIR / "run", "help"], capture_output=True, text=True, check=True
    ).stdout
    offered = set(re.findall(r"^\./run ?([\w-]*)", told, re.MULTILINE)) - {"help"}
    section = README.split("## Commands")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `\./run ?([\w-]*)", section, re.MULTILINE)) == offered


def test_management_commands_that_documents_name_exist():
    documents = [settings.BASE_DIR / "README.md", *(settings.BASE_DIR / "docs").rglob("*.md")]
    named = {
        name
        for document in documents
        for name in re.findall(r"(?:\./run manage|manage\.py) ([a-z_]+)", document.read_text())
    }
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("document", ["README.md", "docs/operations.md"])
def test_links_lead_somewhere(document):
    file = settings.BASE_DIR / document
    links = re.findall(r"\]\(([^)#:]+)", file.read_text())
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_every_document_is_linked():
    documents = {f"docs/{file.name}" for file in (settings.BASE_DIR / "docs").glob("*.md")}
    assert documents <= set(re.findall(r"\]\(([^)#:]+)", README))


def test_every_decision_has_its_number_and_title():
    for file in (settings.BASE_DIR / "docs" / "adr").glob("*.md"):
        number = file.name[:4]
        assert number.isdigit()
        assert file.read_text().startswith(f"# {number}: ")
