"""Take the screenshots of the documents from a running `dabir run`: python docs/screenshots.py http://127.0.0.1:8080

Needs a Chromium that Playwright can drive: its own, or the one that CHROMIUM names (such as /usr/bin/chromium).
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
DAG = "regional_news"


def latest_run(url: str) -> str:
    """The id of the run of the latest sample day."""

    def ask(path: str, **headers: str) -> dict[str, object]:
        request = urllib.request.Request(url + path, headers=headers)  # noqa: S310 - an Airflow on loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            found: dict[str, object] = json.load(answer)
            return found

    token = ask("/auth/token")["access_token"]
    query = f"/api/v2/dags/{DAG}/dagRuns?run_type=manual&order_by=-logical_date&limit=1"
    found = ask(query, Authorization=f"Bearer {token}")
    return str(found["dag_runs"][0]["dag_run_id"])  # type: ignore[index]


def grid(page: Page, url: str, run_id: str) -> None:
    """The runs of the DAG, and the mapped tasks of one of them under their readable names."""
    page.goto(f"{url}/dags/{DAG}/runs/{quote(run_id)}/tasks/outlet_day.crawl/mapped")
    page.get_by_text("1405").first.wait_for()
    page.get_by_role("button", name="Expand all task groups").click()
    separator = page.get_by_role("separator").first
    box = separator.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 200, steps=10)
    page.mouse.up()
    page.wait_for_timeout(2000)
    page.screenshot(path=IMAGES / "airflow-grid.png")


def log(page: Page, url: str, run_id: str) -> None:
    """The log of one mapped task, which ends with what it did."""
    page.goto(f"{url}/dags/{DAG}/runs/{quote(run_id)}/tasks/outlet_day.crawl/mapped/0")
    page.get_by_text("listed").first.wait_for()
    page.wait_for_timeout(1000)
    page.screenshot(path=IMAGES / "airflow-log.png")


WIDTHS = {"": {"width": 1280, "height": 900}, "-phone": {"width": 390, "height": 844}}


def pages(browser: Browser, root: str) -> None:
    """Each page of Dabir as a reader comes to it, on a desk and on a telephone."""
    for suffix, viewport in WIDTHS.items():
        page = browser.new_page(viewport=viewport)  # type: ignore[arg-type]
        page.set_default_timeout(15_000)
        for name, listing, link in (
            ("coverage", "coverage", None),
            ("day", "coverage", "table.calendar td.complete a"),
            ("article", "articles?outlet=sample_isna", "table a[href*='/articles/']"),
            ("officials", "officials", None),
            ("person", "officials", "table a[href*='/officials/']"),
            ("figures", "figures?unit=percent", None),
            ("rejects", "rejects", None),
        ):
            page.goto(f"{root}/{listing}")
            if link is not None:
                page.locator(link).first.click()
                page.wait_for_load_state()
            page.evaluate("document.fonts.ready")
            page.screenshot(path=IMAGES / f"pages-{name}{suffix}.png")
        page.close()


def main() -> None:
    """Take each of them."""
    url = (sys.argv[1] if sys.argv[1:] else "http://127.0.0.1:8080").rstrip("/")
    IMAGES.mkdir(exist_ok=True)
    run_id = latest_run(url)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1440, "height": 800}, timezone_id="Asia/Tehran")
        page.set_default_timeout(15_000)
        grid(page, url, run_id)
        log(page, url, run_id)
        pages(browser, f"{url}/dabir")
        browser.close()


if __name__ == "__main__":
    main()
