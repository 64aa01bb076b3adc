"""Rejected pages looked at again: the page as it was fetched, and another try with today's code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from dabir.extraction import reading_version, rules_version
from dabir.pipeline import connected, read_articles
from dabir.plan import outlets_of
from dabir.settings import Settings
from db.load import TakenBack, load
from parsing.records import Rejected
from scrapers.archive import Fault, read_file_index, read_pages
from scrapers.page import RawPage


class NoRawPage(LookupError):
    """The archive holds no page for this reject; the message says why."""


def raw_page(settings: Settings, rejected_id: int) -> RawPage:
    """The page behind a reject, from the archive. Raises NoRawPage."""
    with connected(settings) as warehouse, warehouse.connect() as connection:
        rejected = _rejected(connection, rejected_id)
    page = next(_pages(settings, rejected), None)
    if page is None:
        raise NoRawPage(f"{rejected.url or rejected.code}: no page of it is in the archive")
    if isinstance(page, Fault):
        raise NoRawPage(f"{page.file}: {page.reason}")
    return page


def retry(settings: Settings, rejected_id: int) -> str:
    """Parse, extract and load a rejected page again; the reject goes when that worked. Says what came of it.

    Raises NoRawPage where the archive has nothing to try.
    """
    page = raw_page(settings, rejected_id)
    outlet = outlets_of(settings).get(page.outlet)
    if outlet is None:
        return f"{page.outlet} is not among the outlets of these settings"
    rules = rules_version()
    results = list(read_articles(iter([page]), outlet))
    failed = [result for result in results if isinstance(result, Rejected)]
    if failed:
        return f"rejected again: {failed[0].field}: {failed[0].reason}"
    batch = [*results, TakenBack(rejected_id=rejected_id)]
    with connected(settings) as warehouse:
        tally = load(warehouse, batch, batch_key=f"retry/{rejected_id}/{reading_version()}", crawl=None, rules=rules)
    if not results:
        return "the page is no article; the reject is taken back"
    return f"loaded: {tally.new} new, {tally.versions} versions, {tally.copies} copies, {tally.same} the same"


def _rejected(connection: Connection, rejected_id: int) -> Any:
    query = text("select rejected_id, outlet, url, code, batch from rejected_pages where rejected_id = :id")
    row = connection.execute(query, {"id": rejected_id}).one_or_none()
    if row is None:
        raise NoRawPage(f"there is no reject {rejected_id}")
    return row


def _pages(settings: Settings, rejected: Any) -> Iterator[RawPage | Fault]:
    """The page at the reject's address, in the archive file that its batch is named after.

    That name ends with outlet, day and file, whatever a later reading of the archive has set before it.
    """
    file = "/".join(rejected.batch.rpartition(":")[0].split("/")[-3:])
    if not file.endswith(".warc.zst"):
        return iter(())
    rows = [row for row in read_file_index(settings.archive, file) if row.url == rejected.url and not row.is_revisit]
    if rows and rows[-1].is_pruned:
        raise NoRawPage(f"{rejected.url}: its raw page was pruned from the archive")
    return read_pages(settings.archive, rows[-1:])
