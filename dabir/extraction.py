"""Articles made ready to load, in this process or in several, in the order they came and with bounded memory."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from multiprocessing.connection import wait

from db.rows import Incoming, PageRef
from parsing.records import Article, Rejected


def extracted(article: Article, seen_at: datetime, page: PageRef | None = None) -> Incoming | Rejected:
    """The article normalised, with its records; rejected where a rule fails on it, so that no other is lost with it."""
    from parsing.document import normalize_article
    from parsing.extract import extract

    try:
        normal = normalize_article(article)
        return Incoming(article=normal, records=extract(normal, is_normalized=True), seen_at=seen_at, page=page)
    except Exception as error:  # a fault of our own rules: kept with the article's name, told by the rejects
        reason = f"{type(error).__name__}: {error}"[:500]
        return Rejected(outlet=article.outlet, url=article.url, code=article.code, field="extract", reason=reason)


@cache
def rules_version() -> str:
    """Which rules extract here: the version of Dabir and a digest of everything in parsing/, code and word lists."""
    return f"{version('dabir')}+{_digest('parsing')}"


@cache
def reading_version() -> str:
    """Which code reads raw pages here: layouts of outlets and rules alike, whatever of them changes what is read."""
    return f"{version('dabir')}+{_digest('parsing', 'scrapers')}"


def _digest(*packages: str) -> str:
    digest = hashlib.sha256()
    for package in packages:
        for path, content in sorted(_contents(files(package), "")):
            digest.update(f"{path} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()[:12]


def _contents(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _contents(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".tsv")):
            yield prefix + entry.name, entry.read_bytes()


def warm_up() -> None:
    """Import what crawling, parsing, extracting and loading take and read the word lists, for later forks."""
    import dabir.pipeline  # noqa: F401 - imported for its imports

    extracted(Article(outlet="", title="\u0627"), datetime.now(UTC))


def in_order[T, R](work: Callable[[T], R], batches: Iterable[T], workers: int) -> Iterator[R]:
    """`work` over `batches` in `workers` processes: results in order, at most two batches a worker in memory.

    The processes end with this one, also when it is killed.
    """
    if workers == 1:
        yield from map(work, batches)
        return
    waiting: deque[Future[R]] = deque()
    context = multiprocessing.get_context("spawn")  # a fork would copy the progress bar's thread and open connections
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(work, batch))
                if len(waiting) >= 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
