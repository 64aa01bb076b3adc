"""Pages per CPU-second of an outlet's spider against a bare Scrapy spider that fetches the same pages and does nothing.

Both fetch over HTTP from a server of their own process on loopback: gzip pages of about 90 KB (the size of the real
ones), listed 30 to a page. The outlet's spider asks robots.txt, takes turns at the host, reads the listings, archives
every page and parses it. CPU is that of the crawling process from the opening of the spider to its end, so a busy
machine changes little; rounds alternate and the median ratio counts. The bare spider runs on Scrapy's own settings but
for cookies, consoles and logs; ours sets CONCURRENT_ITEMS = 1, which saves a hundred tasks a page.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FLOOR = 0.55
PAGES = 900
ROWS = 30
ROUNDS = 5
DAY = date(2023, 10, 7)
FIRST_CODE = 1_402_071_500_000
_PATH = re.compile(rb"GET (\S+) HTTP/1.1\r\n")


def _article(code: int) -> str:
    """An ISNA page: an article of 2,000 letters among the scripts, styles and lists that make up most of a real one."""
    paragraph = "استاندار لرستان در نشست شورای برنامه‌ریزی گفت: ۱۲ هزار میلیارد ریال برای طرح‌های آبرسانی هزینه شد. " * 4
    rows = "".join(
        f'<li class="news"><figure><a href="/news/{code + at}/x"><img src="/d/{at}.jpg" alt=""></a></figure>'
        f'<h3><a href="/news/{code + at}/عنوان-خبر-شماره-{at}">عنوان خبر شماره {at} در ستون کناری سایت</a></h3></li>'
        for at in range(120)
    )
    script = "".join(
        f"function f{at}(a,b){{var c=a*{at}+b;return document.getElementById('x'+c)}}\n" for at in range(450)
    )
    style = "".join(f".box{at} .title>a{{color:#{at:06x};margin:{at % 9}px}}\n" for at in range(300))
    return (
        '<!DOCTYPE html><html lang="fa"><head><meta charset="utf-8"><title>خبر</title>'
        '<meta property="article:published_time" content="2023-10-07T08:30:00Z">'
        f'<meta name="nastooh:code" content="{code}">'
        f"<style>{style}</style><script>{script}</script></head><body><main><article id='item' class='box item'>"
        f'<header class="item-header"><h1 class="first-title" itemprop="headline">خبر شماره {code}</h1></header>'
        f'<p class="summary" itemprop="description"><span class="src">ایسنا/لرستان </span>{paragraph[:200]}</p>'
        f'<div class="item-text" itemprop="articleBody">{f"<p>{paragraph}</p>" * 5}<p>انتهای پیام</p></div>'
        f"</article></main><aside class='sidebar'><ul>{rows}</ul></aside></body></html>"
    )


def _listing(number: int) -> str:
    codes = range(FIRST_CODE + (number - 1) * ROWS, FIRST_CODE + min(number * ROWS, PAGES))
    rows = "".join(
        f'<li class="news"><div class="desc"><h3><a href="/news/{code}/x">خبر {code}</a></h3>'
        '<time title="شنبه ۱۵ مهر ۱۴۰۲ - ۱۲:۰۰"><a>۱ روز قبل</a></time></div></li>'
        for code in codes
    )
    return f"<html><body><main><section class='list'><ul>{rows}</ul></section></main></body></html>"


def _serve(pipe: Any) -> None:
    """Answer from memory: this process's CPU is not what is measured."""
    packed = [gzip.compress(_article(FIRST_CODE + at).encode(), 6) for at in range(PAGES)]
    pipe_size = len(_article(FIRST_CODE).encode())

    def answer(target: str) -> tuple[int, bytes]:
        parts = urlsplit(target)
        if parts.path.startswith("/news/"):
            return 200, packed[int(parts.path.split("/")[2]) - FIRST_CODE]
        if parts.path == "/archive":
            return 200, gzip.compress(_listing(int(parse_qs(parts.query)["pi"][0])).encode(), 6)
        return 404, gzip.compress(b"")

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                match = _PATH.match(await reader.readuntil(b"\r\n\r\n"))
                assert match is not None
                status, body = answer(match[1].decode())
                head = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
                writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(connection, "127.0.0.1", 0)
        pipe.send((server.sockets[0].getsockname()[1], pipe_size))
        await server.serve_forever()

    asyncio.run(main())


def _crawl(kind: str, port: int, folder: str) -> None:
    """Run one spider and print the pages it fetched and the CPU seconds that took."""
    from scrapy import Spider, signals
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings

    from scrapers.outlet import replica
    from scrapers.outlets import OUTLETS
    from scrapers.spider import spider_of

    class Bare(Spider):
        name = "bare"
        start_urls = [f"http://127.0.0.1:{port}/news/{FIRST_CODE + at}/x" for at in range(PAGES)]  # noqa: RUF012

        def parse(self, response: Any) -> None:
            pass

    settings = Settings()
    spider: type[Spider] = Bare
    arguments: dict[str, str] = {}
    if kind == "dabir":
        settings.setmodule("scrapers.settings", priority="project")
        settings.setdict({"DABIR_WORK_DIR": folder, "DABIR_ARCHIVE": f"{folder}/archive"}, priority="cmdline")
        spider = spider_of(replica(OUTLETS["isna"], f"http://127.0.0.1:{port}"))
        arguments = {"day": DAY.isoformat()}
    tuned = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False, "STATS_DUMP": False}
    settings.setdict({**tuned, "REMOTE_CONTROL_ENABLED": False, "LOGSTATS_INTERVAL": 0}, priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    began: list[float] = []
    ended: list[float] = []
    crawler.signals.connect(lambda: began.append(time.process_time()), signals.spider_opened, weak=False)
    crawler.signals.connect(lambda: ended.append(time.process_time()), signals.engine_stopped, weak=False)
    process.crawl(crawler, **arguments)
    process.start()
    if kind == "dabir":
        outlet_spider: Any = crawler.spider
        report = outlet_spider.report
        assert report is not None and report.complete and report.articles == PAGES, report
    assert crawler.stats is not None
    responses = crawler.stats.get_value("response_received_count")
    print(json.dumps({"pages": responses, "cpu": ended[0] - began[0]}))


def main() -> int:
    """Print the table and the ratio; 1 where it is under the floor."""
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)  # of the child process: kind, port, folder
    if (one := parser.parse_args().one) is not None:
        _crawl(one[0], int(one[1]), one[2])
        return 0
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        port, size = ours.recv()
        print(f"{PAGES} pages of {size / 1000:.0f} KB, gzip, loopback; pages per CPU-second")
        print(f"{'round':>5} {'bare Scrapy':>12} {'Dabir':>8} {'ratio':>6}")
        ratios = []
        for number in range(1, ROUNDS + 1):
            rates = {}
            for kind in ("bare", "dabir"):
                with tempfile.TemporaryDirectory() as folder:
                    command = [sys.executable, "-m", "bench.crawl", "--one", kind, str(port), folder]
                    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
                measured = json.loads(said.stdout.splitlines()[-1])
                rates[kind] = measured["pages"] / measured["cpu"]
            ratios.append(rates["dabir"] / rates["bare"])
            print(f"{number:>5} {rates['bare']:>12.0f} {rates['dabir']:>8.0f} {ratios[-1]:>6.2f}")
    finally:
        server.kill()
        server.join()
    ratio = statistics.median(ratios)
    print(f"crawl ratio={ratio:.2f} floor={FLOOR}")
    return 0 if ratio >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
