"""What the documents name is there: make targets, commands of dabir, files, outlets' number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from dabir.cli import app
from scrapers.outlets import OUTLETS

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]


def name(document: Path) -> str:
    return document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_make_target_and_command_named_in_a_document_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", text, re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\.venv/bin/)dabir ([a-z]+)", text))
    assert named <= COMMANDS


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_file_a_document_links_to_exists(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_file_a_document_names_exists(document: Path) -> None:
    named = re.findall(
        r"`((?:bench|dabir|dags|db|parsing|samples|scrapers|tests)/[\w./-]+)`", document.read_text("utf-8")
    )
    assert [file for file in named if not (ROOT / file).exists()] == []


def test_the_readme_counts_the_outlets_that_are_declared() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    families = {outlet.family.name for outlet in OUTLETS.values()}
    assert f"{len(OUTLETS)} outlets in seven CMS families" in readme
    assert len(families) == 7


def test_the_environment_file_names_no_variable_that_is_not_read() -> None:
    from dabir.settings import Settings

    named = set(re.findall(r"^# DABIR_([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= {field.upper() for field in Settings.model_fields}
