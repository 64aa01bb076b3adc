"""`crawl(outlet, day, archive) -> CrawlReport`: one outlet and day, in a process of its own.

Twisted's reactor cannot start twice, and what leaks in a crawl dies with its process. The child ends when its parent
does, however that dies, and leaves its part of the archive for the next crawl of the same outlet and day. Its report is
written aside and renamed, so a report that is there is whole.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from scrapers.outlet import Outlet
from scrapers.outlets import OUTLETS
from scrapers.report import CrawlReport, Mode

__all__ = ["CrawlError", "CrawlReport", "crawl"]

logger = logging.getLogger(__name__)

# What a replica, or a caller, may set otherwise than the declaration does.
_CHANGEABLE = ("name", "title", "base_url", "hosts", "loopback", "delay", "concurrency", "insecure_tls")
_LAST_LINES = 20


class CrawlError(Exception):
    """Raised by `crawl` when there is no report: the message names the outlet and day and says why."""


def crawl(
    outlet: Outlet,
    day: date,
    archive: str,
    *,
    mode: Mode = "archive",
    province: str | None = None,
    look_back: int = 1,
    work_dir: Path = Path(".dabir"),
    contact: str | None = None,
    timeout_seconds: float | None = None,
    settings: Mapping[str, Any] | None = None,
) -> CrawlReport:
    """Archive an outlet's articles of a day and return what was found and lost.

    `archive` is a folder or an fsspec URL; what is in it already is fetched again on condition only. `mode` "archive"
    walks the day's archive; "recent" reads feeds and sections, for `day` and `look_back` days before it. `work_dir` has
    the hosts' budgets that all crawls on this machine share. `settings` are further Scrapy settings. The child's log
    goes on as this module's. Raises ValueError for what cannot be asked of the outlet, and CrawlError where the crawl
    died, was stopped after `timeout_seconds`, or is running already; what it had archived is continued by the next.
    """
    family = outlet.family
    if province is not None and province not in outlet.provinces and province != outlet.province:
        raise ValueError(f"{outlet.name} has no province {province!r}")
    if mode == "archive" and family.archive_url(outlet, day, 1, province) is None:
        raise ValueError(
            f"{outlet.name} has no day archive" + (f" of {province}" if province else "") + "; use mode recent"
        )
    if mode == "recent" and not family.recent_urls(outlet, province):
        raise ValueError(f"{outlet.name} has no feed or section" + (f" of {province}" if province else ""))
    overrides = {
        "DABIR_ARCHIVE": archive,
        "DABIR_WORK_DIR": str(work_dir),
        **({"USER_AGENT": user_agent(contact)} if contact else {}),
        **(settings or {}),
    }
    what = {
        "outlet": _changes(outlet),
        "arguments": {"day": day.isoformat(), "mode": mode, "province": province, "look_back": look_back},
        "settings": overrides,
    }
    name = f"{outlet.name} {day}"
    with tempfile.TemporaryDirectory(prefix="dabir-crawl-") as folder:
        asked, told = Path(folder, "asked.json"), Path(folder, "report.json")
        asked.write_bytes(orjson.dumps(what))
        lines = _run([sys.executable, "-m", "scrapers.crawl", str(asked), str(told)], name, timeout_seconds)
        try:
            told_bytes = told.read_bytes()
        except FileNotFoundError:
            raise CrawlError(f"{name}: the crawl died: " + " | ".join(lines)) from None
    answer = orjson.loads(told_bytes)
    if "fault" in answer:
        raise CrawlError(f"{name}: {answer['fault']}")
    return CrawlReport.from_json(told_bytes)


def user_agent(contact: str) -> str:
    """Return the name we give, with the address by which an outlet can reach whoever crawls it."""
    from importlib.metadata import version

    return f"Dabir/{version('dabir')} (news archive; +{contact})"


def _run(command: list[str], name: str, timeout_seconds: float | None) -> list[str]:
    """Run the child to its end, passing its log on. Returns its last lines; CrawlError after the timeout."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    # The child reads its standard input to the end to learn that its parent has died.
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        child.kill()

    timer = threading.Timer(timeout_seconds, stop) if timeout_seconds is not None else None
    try:
        if timer:
            timer.start()
        assert child.stderr is not None
        for line in child.stderr:
            last.append(line.rstrip())
            logger.info("%s: %s", name, line.rstrip())
        child.wait()
    finally:
        if timer:
            timer.cancel()
        if child.poll() is None:
            child.kill()
            child.wait()
        for pipe in (child.stdin, child.stderr):
            if pipe is not None:
                pipe.close()
    if stopped.is_set():
        raise CrawlError(f"{name}: stopped after {timeout_seconds:.0f} s; the next crawl continues it")
    return list(last)


def _changes(outlet: Outlet) -> dict[str, Any]:
    """Return an outlet as what it is declared as and what is set otherwise; ValueError where that cannot be said."""
    name = outlet.name if outlet.name in OUTLETS else outlet.name.removeprefix("sample_")
    declared = OUTLETS.get(name)
    if declared is None:
        raise ValueError(f"{outlet.name!r} is not declared in scrapers/outlets")
    changes = {
        field: getattr(outlet, field) for field in _CHANGEABLE if getattr(outlet, field) != getattr(declared, field)
    }
    if replace(declared, **changes) != outlet:
        raise ValueError(f"{outlet.name!r} differs from its declaration in more than {', '.join(_CHANGEABLE)}")
    return {"declared": name, "changes": changes}


def _outlet_of(said: dict[str, Any]) -> Outlet:
    changes = said["changes"]
    if "hosts" in changes:
        changes["hosts"] = tuple(changes["hosts"])
    return replace(OUTLETS[said["declared"]], **changes)


def _die_with_parent() -> None:
    """End this process, without ceremony, when the other end of its standard input is gone."""

    def wait() -> None:
        while os.read(0, 1 << 12):
            pass
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def _main(asked: Path, told: Path) -> None:
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings

    from scrapers.spider import spider_of
    from scrapers.warc import ArchiveError

    _die_with_parent()
    what = orjson.loads(asked.read_bytes())
    settings = Settings()
    settings.setmodule("scrapers.settings", priority="project")
    settings.setdict(what["settings"], priority="cmdline")
    for chatty in ("addons", "crawler", "core", "middleware", "utils", "extensions.memusage"):
        logging.getLogger(f"scrapy.{chatty}").setLevel(logging.WARNING)
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider_of(_outlet_of(what["outlet"])))
    faults: list[str] = []

    def keep(failure: Any) -> None:
        expected = failure.check(ArchiveError, OSError, ValueError)
        faults.append(str(failure.value) if expected else failure.getTraceback())

    process.crawl(crawler, **what["arguments"]).addErrback(keep)
    process.start()
    spider: Any = crawler.spider
    if spider is not None and spider.report is not None:
        answer = spider.report.to_json()
    else:
        fault = faults[0] if faults else (spider.fault if spider is not None else None)
        answer = orjson.dumps({"fault": fault or "the crawl ended without a report; see its log"})
    aside = told.with_suffix(".part")
    aside.write_bytes(answer)
    os.replace(aside, told)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
