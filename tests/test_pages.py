"""Every saved page gives exactly the article, or the error, that its JSON expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers import page as pages
from scrapers.capture import article_fields, read_fixture, save
from scrapers.outlets import OUTLETS
from scrapers.page import parse_page

PAGES = Path(__file__).parent / "pages"
FIXTURES = sorted(PAGES.glob("*/*.json"))


def name(fixture: Path) -> str:
    return f"{fixture.parent.name}/{fixture.stem}"


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_a_saved_page_gives_what_its_json_expects(fixture: Path) -> None:
    page, expected = read_fixture(fixture)
    outlet = OUTLETS[page.outlet]
    if "error" in expected:
        kind = getattr(pages, expected["error"]["kind"])
        with pytest.raises(kind) as caught:
            parse_page(page, outlet)
        assert type(caught.value) is kind and caught.value.field == expected["error"]["field"]
    else:
        assert article_fields(parse_page(page, outlet)) == expected["article"]


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_outlet_has_a_saved_page_with_an_article(outlet: str) -> None:
    expectations = [read_fixture(fixture)[1] for fixture in FIXTURES if fixture.parent.name == outlet]
    assert any("article" in expected for expected in expectations)


def test_a_page_saved_again_is_the_same_fixture(tmp_path: Path) -> None:
    for fixture in FIXTURES[:3]:
        page, _ = read_fixture(fixture)
        draft = save(OUTLETS[page.outlet], page, tmp_path)
        assert draft.read_bytes() == fixture.read_bytes()
        assert draft.with_suffix(".html").read_bytes() == fixture.with_suffix(".html").read_bytes()
