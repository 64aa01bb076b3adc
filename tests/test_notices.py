"""Troubles are told once, by real mail and HTTP, and nothing is said of what was told before."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from dabir.measures import keep
from dabir.monitor import Day, Finding, Severity
from dabir.notices import LONGEST_TEXT, Notice, State, Told, compose, pending
from dabir.pipeline import connected
from dabir.plan import Work
from dabir.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 25)


def finding(check: str = "footer", *, outlet: str = "isna", day: date = DAY, severity: Severity = "warn") -> Finding:
    return Finding(outlet=outlet, day=day, check=check, severity=severity, expected="97%", got="0 of 12")


def state(
    *findings: Finding, outlet: str = "isna", day: date = DAY, is_whole: bool = True, articles: bool = True
) -> State:
    return State(outlet=outlet, day=day, is_whole=is_whole, has_articles=articles, findings=findings)


def told(check: str = "footer", *, days: int = 1, severity: str = "warn") -> Told:
    at = DAY - timedelta(days=days)
    return Told(outlet="isna", check=check, severity=severity, since=at, told=at)


def parts(notice: Notice) -> dict[str, list[str]]:
    every: dict[str, tuple[Finding | Told, ...]] = {
        "new": notice.new,
        "changed": notice.changed,
        "again": notice.again,
        "over": notice.over,
    }
    return {name: [one.check for one in some] for name, some in every.items() if some}


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (state(finding()), [], {"new": ["footer"]}),
        (state(finding()), [told()], {}),
        (state(finding()), [told(days=6)], {}),
        (state(finding()), [told(days=7)], {"again": ["footer"]}),
        (state(finding(severity="fail")), [told()], {"changed": ["footer"]}),
        (state(), [told()], {"over": ["footer"]}),
        (state(finding("low")), [told()], {"new": ["low"], "over": ["footer"]}),
        (state(), [], {}),
        # Nothing was read, so nothing is known of footers; the crawl's own troubles are over once one is whole.
        (state(is_whole=False, articles=False), [told()], {}),
        (state(articles=False), [told()], {}),
        (state(articles=False), [told("unreachable")], {"over": ["unreachable"]}),
        (state(finding("unreachable"), is_whole=False), [told("robots")], {"new": ["unreachable"]}),
    ],
)
def test_what_is_told_is_what_changed(now: State, before: list[Told], expected: dict[str, list[str]]) -> None:
    notice, after = compose(DAY, [now], before, again_days=7)
    assert parts(notice) == expected
    assert bool(notice) == bool(expected)
    again, _ = compose(DAY, [now], after, again_days=7)
    assert not again, "the same night twice tells nothing"


def test_a_trouble_of_sixty_nights_is_told_every_seventh_and_its_end_once() -> None:
    known: tuple[Told, ...] = ()
    said = []
    for number in range(60):
        day = DAY + timedelta(days=number)
        is_trouble = 5 <= number < 40
        notice, known = compose(day, [state(*([finding(day=day)] if is_trouble else []), day=day)], known, again_days=7)
        said += [(number, part) for part in parts(notice)]
    assert said == [(5, "new"), *((number, "again") for number in (12, 19, 26, 33)), (40, "over")]
    assert known == ()


def test_a_message_names_outlet_day_expected_and_got_and_fits_a_telegram() -> None:
    notice, _ = compose(DAY, [state(finding())], [], 7)
    assert "isna 1405-09-04: footer: 0 of 12; expected 97%" in notice.text
    many = [state(finding(outlet=f"outlet{number}"), outlet=f"outlet{number}") for number in range(200)]
    text = compose(DAY, many, [], 7)[0].text
    assert len(text) <= LONGEST_TEXT
    assert "lines more" in text.splitlines()[-1]


def test_a_hostile_footer_is_text_in_a_mail() -> None:
    hostile = Finding(
        outlet="isna", day=DAY, check="marker", severity="warn", expected=None, got="<script>x</script>{{ 1 }}"
    )
    notice, _ = compose(DAY, [state(hostile)], [], 7)
    assert "<script>" not in notice.html and "&lt;script&gt;" in notice.html


@pytest.fixture
def settings(database: Callable[[], str]) -> Settings:
    return read_settings(database_url=database(), notify={"mail": {"to": "desk@example.ir"}})


def found(settings: Settings, day: date, *findings: Finding, outcome: str = "complete") -> None:
    with connected(settings) as warehouse, warehouse.begin() as connection:
        keep(connection, "isna", Day(day=day, outcome=outcome, counts={"articles": 12}), findings)


def tell(settings: Settings, *days: date) -> dict[str, list[str]]:
    with pending(settings, [Work(outlet="isna", day=day) for day in days]) as notice:
        return parts(notice)


def test_what_was_told_is_remembered_until_it_is_over(settings: Settings) -> None:
    found(settings, DAY, finding())
    assert tell(settings, DAY) == {"new": ["footer"]}
    assert tell(settings, DAY) == {}
    found(settings, DAY)
    assert tell(settings, DAY) == {"over": ["footer"]}
    assert tell(settings, DAY) == {}


def test_a_message_that_was_not_sent_was_not_told(settings: Settings) -> None:
    found(settings, DAY, finding())
    with pytest.raises(ConnectionError), pending(settings, [Work(outlet="isna", day=DAY)]):
        raise ConnectionError
    assert tell(settings, DAY) == {"new": ["footer"]}


def test_a_run_over_old_days_tells_nothing_and_forgets_nothing(settings: Settings) -> None:
    old = DAY - timedelta(days=30)
    found(settings, DAY, finding())
    assert tell(settings, DAY) == {"new": ["footer"]}
    found(settings, old, finding("low", day=old))
    assert tell(settings, old) == {}
    assert tell(settings, DAY) == {}


def test_a_crawl_of_yesterday_that_is_still_short_is_not_over(settings: Settings) -> None:
    before = DAY - timedelta(days=1)
    found(settings, before, finding("incomplete", day=before), finding("low", day=before), outcome="partial")
    assert tell(settings, before) == {"new": ["incomplete", "low"]}
    found(settings, DAY)
    assert tell(settings, before, DAY) == {"over": ["low"]}
    found(settings, before)
    assert tell(settings, before, DAY) == {"over": ["incomplete"]}


# --- through Airflow's own hooks, in a process of its own: Airflow configures itself when it is imported ---

SEND = """
import json, sys
sys.path.insert(0, sys.argv[1])
import regional_news
from dabir.notices import Notice
from dabir.monitor import Finding
from datetime import date
notice = Notice(day=date(2026, 11, 25), new=(Finding(outlet="isna", day=date(2026, 11, 25), check="footer",
    severity="warn", expected="97%", got="«پایان» <b>"),))
for name, fields in json.loads(sys.argv[2]).items():
    try:
        regional_news.send(notice, name, fields)
        print("SENT", name)
    except Exception as error:
        print("FAILED", name, type(error).__name__, error)
"""


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@contextmanager
def http_server() -> Iterator[tuple[int, list[tuple[str, dict[str, Any]]]]]:
    """A server that keeps what is posted and refuses what is posted to /refused."""
    posted: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.path, json.loads(body)))
            self.send_response(403 if self.path == "/refused" else 200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], posted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    with socket.socket() as found_free:
        found_free.bind(("127.0.0.1", 0))
        port: int = found_free.getsockname()[1]
        return port


def in_airflow(home: Path, code: str, *arguments: str, **environment: str) -> str:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DABIR_", "AIRFLOW"))}
    airflow = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "dags"), *arguments],
        env={**own, **airflow, **environment},
        cwd=home,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_a_notice_arrives_by_mail_webhook_and_telegram_and_a_refusal_is_an_error_without_the_token(
    tmp_path: Path,
) -> None:
    box, port = Mailbox(), free_port()
    mail = Controller(box, hostname="127.0.0.1", port=port)
    mail.start()
    notify = {
        "mail": {"to": "desk@example.ir"},
        "hook": {"endpoint": "/hook"},
        "telegram": {"endpoint": "/bot{password}/sendMessage", "chat_id": "-42"},
        "refusing": {"endpoint": "/refused"},
        "silent": {"endpoint": "/bot{password}/sendMessage"},
    }
    try:
        with http_server() as (http_port, posted):
            at = {"conn_type": "http", "host": "127.0.0.1", "port": http_port}
            token = "123:SECRETTOKEN"
            connections = {
                "mail": {
                    "conn_type": "smtp",
                    "host": "127.0.0.1",
                    "port": port,
                    "extra": {"disable_ssl": True, "disable_tls": True, "from_email": "dabir@example.ir"},
                },
                "hook": at,
                "telegram": {**at, "password": token},
                "refusing": at,
                "silent": {**at, "port": free_port(), "password": token},
            }
            environment = {f"AIRFLOW_CONN_{name.upper()}": json.dumps(value) for name, value in connections.items()}
            output = in_airflow(tmp_path, SEND, json.dumps(notify), **environment)
    finally:
        mail.stop()
    lines = [line for line in output.splitlines() if line.startswith(("SENT", "FAILED"))]
    assert [" ".join(line.split()[:2]) for line in lines] == [
        *("SENT mail", "SENT hook", "SENT telegram"),
        *("FAILED refusing", "FAILED silent"),
    ], output
    assert "403" in lines[3]
    assert "SECRETTOKEN" not in output
    [(sender, recipients, message)] = box.mails
    assert (sender, recipients) == ("dabir@example.ir", ["desk@example.ir"])
    [part] = [part for part in message.walk() if part.get_content_type() == "text/html"]
    html = part.get_payload(decode=True).decode()
    assert "isna 1405-09-04: footer: «پایان» &lt;b&gt;; expected 97%" in html
    line = "[warn] isna 1405-09-04: footer: «پایان» <b>; expected 97%"
    assert [path for path, _ in posted] == ["/hook", f"/bot{token}/sendMessage", "/refused"]
    assert all(line in body["text"] for _, body in posted)
    assert posted[1][1]["chat_id"] == "-42" and set(posted[0][1]) == {"text"}


GAUGES = """
import sys
sys.path.insert(0, sys.argv[1])
import regional_news
from airflow.sdk._shared.observability.metrics import stats
from airflow.sdk.observability.metrics import stats_utils
from dabir.plan import Work
from datetime import date
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)  # as a task's process does
regional_news.measure([Work(outlet="isna", day=date(2026, 11, 25))])
"""


def test_the_counts_of_a_day_arrive_as_statsd_gauges(settings: Settings, tmp_path: Path) -> None:
    found(settings, DAY, finding())
    assert settings.database_url is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(10)
        environment = {
            "DABIR_DATABASE_URL": settings.database_url.get_secret_value(),
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(listener.getsockname()[1]),
        }
        output = in_airflow(tmp_path, GAUGES, **environment)
        listener.setblocking(False)
        packets = []
        while True:
            try:
                packets.append(listener.recv(1 << 16).decode())
            except BlockingIOError:
                break
    lines = {line for packet in packets for line in packet.splitlines()}
    assert {
        "airflow.dabir.isna.articles:12|g",
        "airflow.dabir.isna.warn:1|g",
        "airflow.dabir.isna.fail:0|g",
    } <= lines, output
