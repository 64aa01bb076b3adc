"""`dabir backfill`: Airflow's own backfill, asked for in Jalali days, with its progress and how long it will take.

Airflow makes a run for each day, starts some at a time and keeps what became of them. Nothing is kept here: whoever
runs the command again sees the same backfill going on.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from dabir.days import jalali_day
from dabir.plan import TEHRAN
from dabir.policy import PAST_POOL
from dabir.scheduler import DAG_ID, FINISHED, Scheduler, SchedulerError, address_file
from dabir.settings import Settings
from scrapers.outlet import Outlet, replica
from scrapers.outlets import OUTLETS

type Again = Literal["failed", "all"]

# So many days are open at once: one may wait for its slowest outlet while the others are asked for the next.
ACTIVE_RUNS = 4
# Requests of a day where the outlet's volume is not declared.
ASSUMED_REQUESTS = 100
ROWS_OF_A_LISTING = 30
POLL_SECONDS = 5.0
# Between two lines where the output is no terminal.
LINE_SECONDS = 60.0
# Airflow may be restarted meanwhile.
PATIENCE_SECONDS = 900.0


class BackfillRefused(RuntimeError):
    """Why there is no such backfill, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a backfill stands. Days are runs of it: `done` ended, `failed` of them with a failure.

    `a_day` is the seconds from the end of one day to the next, of the latest ones; None before there are two.
    """

    number: int
    first: date
    last: date
    outlets: tuple[str, ...]
    is_paused: bool
    is_over: bool
    days: int
    done: int
    failed: int
    running: int
    a_day: float | None

    @property
    def seconds_left(self) -> float | None:
        """How long it takes on as it went lately; None where that cannot be said."""
        return None if self.a_day is None else self.a_day * (self.days - self.done)

    def line(self) -> str:
        """The whole of it in one line."""
        parts = [f"{self.done} of {self.days} days", f"{self.failed} failed", f"{self.running} running"]
        left = self.seconds_left
        if self.is_over:
            parts.append("over")
        elif self.is_paused:
            parts.append("paused")
        elif left is not None and self.a_day is not None:
            parts.append(f"about {told(left)} left, at {told(self.a_day)} a day lately")
        return f"backfill {self.number}, {jalali_day(self.first)} to {jalali_day(self.last)}: {', '.join(parts)}"


def told(seconds: float) -> str:
    """A duration in its two largest units.

    >>> told(42), told(3_700), told(90_000), told(41 * 86_400)
    ('42 s', '1 h 1 min', '1 d 1 h', '41 d')
    """
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    left = max(1, round(seconds))
    for at, (unit, size) in enumerate(units):
        if left >= size:
            small, small_size = units[min(at + 1, 3)]
            rest = left % size // small_size
            return f"{left // size} {unit}" + (f" {rest} {small}" if rest and small != unit else "")
    raise AssertionError("a second is the least")


def scheduler_of(settings: Settings) -> Scheduler:
    """The Airflow of the settings, else the one that `dabir run` keeps up here. Raises BackfillRefused for neither."""
    url = settings.airflow_url
    if url is None:
        place = address_file(settings)
        if not place.exists():
            raise BackfillRefused(
                "no Airflow is known: start `dabir run`, or set DABIR_AIRFLOW_URL (`dabir crawl` needs none)"
            )
        url = place.read_text().strip()
    secret = settings.airflow_password
    return Scheduler(url, user=settings.airflow_user, password=secret.get_secret_value() if secret else None)


def known_outlets(scheduler: Scheduler) -> dict[str, Outlet]:
    """The outlets that Airflow's runs know, by the names they have there: replicas have names of their own."""
    schema = scheduler.call("GET", f"/dags/{DAG_ID}/details")["params"]["outlets"]["schema"]
    return {name: _declared(name) for name in schema["items"]["enum"]}


def _declared(name: str) -> Outlet:
    if name in OUTLETS:
        return OUTLETS[name]
    original = OUTLETS.get(name.removeprefix("sample_"))
    if original is None:
        raise BackfillRefused(f"Airflow knows an outlet {name} that is not declared here: is it another version?")
    return replica(original, "http://127.0.0.1")


def chosen(known: Mapping[str, Outlet], wanted: Collection[str]) -> tuple[list[str], list[str]]:
    """The names of the outlets to backfill, all where none is wanted, and of those that have no archive by day.

    Raises BackfillRefused for names of no outlet, and where none is left.
    """
    unknown = [name for name in wanted if name not in known and f"sample_{name}" not in known]
    if unknown:
        raise BackfillRefused(f"{', '.join(unknown)}: no such outlet; Airflow has {', '.join(known)}")
    names = [name if name in known else f"sample_{name}" for name in wanted] or list(known)
    left_out = [name for name in names if not known[name].has_archive]
    if len(left_out) == len(names):
        raise BackfillRefused(f"{', '.join(left_out)}: no archive by day is known; the nightly run reads the feeds")
    return [name for name in names if name not in left_out], left_out


def budget(outlets: Collection[Outlet], days: int, slots: int) -> str:
    """How long politeness alone makes `days` take, and of what that is made.

    Outlets are asked side by side, as many as there are slots, each one request after another with its own delay.
    """
    requests = {
        outlet.name: math.ceil(outlet.daily_articles * (1 + 1 / ROWS_OF_A_LISTING)) + 1
        if outlet.daily_articles
        else ASSUMED_REQUESTS
        for outlet in outlets
    }
    seconds = {outlet.name: days * requests[outlet.name] * outlet.delay for outlet in outlets}
    slowest = max(outlets, key=lambda outlet: seconds[outlet.name])
    whole = max(seconds[slowest.name], sum(seconds.values()) / slots)
    if not whole:
        return "these hosts are asked without delay; how long it takes is known once some days are done"
    assumed = sum(1 for outlet in outlets if not outlet.daily_articles)
    basis = f"; {ASSUMED_REQUESTS} requests are assumed for {assumed} of {len(outlets)} outlets" if assumed else ""
    return (
        f"about {told(whole)} by the politeness budget: {slots} outlets at a time, {slowest.name} the slowest with "
        f"{requests[slowest.name]} requests a day, one each {slowest.delay:g} s{basis}"
    )


def start(
    scheduler: Scheduler,
    first: date,
    last: date,
    *,
    wanted: Collection[str] = (),
    again: Again | None = None,
    say: Callable[[str], None],
) -> int:
    """Start the backfill, or find the one that is running; its number.

    A day's run tells nothing of one outlet: with `wanted` outlets all days are gone through again and each run leaves
    out what is whole. Raises BackfillRefused, also where another backfill is running: Airflow has one of a DAG at a
    time.
    """
    for running in _unfinished(scheduler):
        if (_day(running["from_date"]), _day(running["to_date"])) == (first, last):
            say("this backfill is running already")
            return int(running["id"])
        raise BackfillRefused(
            f"Airflow runs one backfill of a DAG at a time, and {_named(running)} is not over: wait for it, or stop it "
            "with --cancel"
        )
    known = known_outlets(scheduler)
    names, left_out = chosen(known, wanted)
    if left_out:
        say(f"left out, as no archive by day is known of them: {', '.join(left_out)}")
    if scheduler.is_paused():
        say(f"the DAG {DAG_ID} is paused in Airflow: nothing runs before it is unpaused there")
    reprocess = "completed" if again == "all" or wanted else again or "none"
    try:
        made = scheduler.start_backfill(
            first,
            last,
            conf={"outlets": names, "only_missing": again != "all"},
            reprocess=reprocess,
            active_runs=ACTIVE_RUNS,
        )
    except SchedulerError as error:
        if error.status == 422:
            raise BackfillRefused(f"Airflow makes no such backfill: {error.reason}") from error
        raise
    number = int(made["id"])
    days = standing(scheduler, number).days
    asked = (last - first).days + 1
    say(f"backfill {number}: {days} of {asked} days, {len(names)} outlets")
    if days < asked:
        why = "they have run before, are running, or are not over"
        hint = "" if again == "all" or wanted else "; see --again"
        say(f"the other {asked - days} days are left out: {why}{hint}")
    if days:
        say(budget([known[name] for name in names], days, scheduler.slots(PAST_POOL)))
    return number


def latest(scheduler: Scheduler) -> int:
    """The number of the backfill that is not over, else of the last one. Raises BackfillRefused where there is none."""
    found = _unfinished(scheduler) or scheduler.backfills()
    if not found:
        raise BackfillRefused("there is no backfill; start one with --from and --to")
    return int(found[0]["id"])


def change(scheduler: Scheduler, change: str) -> str:
    """pause, unpause or cancel the backfill that is not over; what that means. Raises BackfillRefused for none."""
    found = _unfinished(scheduler)
    if not found:
        raise BackfillRefused("no backfill is running")
    scheduler.change_backfill(int(found[0]["id"]), change)
    means = {
        "pause": "paused; days that have begun are finished, `dabir backfill --resume` goes on",
        "unpause": "goes on",
        "cancel": "cancelled; days that have begun are finished, --again failed takes up the others",
    }
    return f"{_named(found[0])} {means[change]}"


def standing(scheduler: Scheduler, number: int) -> Standing:
    """Where the backfill stands now."""
    found = scheduler.call("GET", f"/backfills/{number}")
    created = _moment(found["created_at"])
    within = {"logical_date_gte": found["from_date"], "logical_date_lte": found["to_date"]}
    done, ended = scheduler.runs_of_backfills(*FINISHED, since=created, order_by="-end_date", **within)
    failed, _ = scheduler.runs_of_backfills("failed", since=created, **within)
    running, _ = scheduler.runs_of_backfills("running", **within)
    queued, _ = scheduler.runs_of_backfills("queued", **within)
    ends = sorted(_moment(run["end_date"]) for run in ended if run["end_date"])
    return Standing(
        number=number,
        first=_day(found["from_date"]),
        last=_day(found["to_date"]),
        outlets=tuple((found["dag_run_conf"] or {}).get("outlets") or ()),
        is_paused=bool(found["is_paused"]),
        is_over=found["completed_at"] is not None,
        days=done + running + queued,
        done=done,
        failed=failed,
        running=running,
        a_day=(ends[-1] - ends[0]).total_seconds() / (len(ends) - 1) if len(ends) > 1 else None,
    )


def failed_days(scheduler: Scheduler, number: int) -> tuple[int, list[str]]:
    """How many days of the backfill failed, and the first of them."""
    found = scheduler.call("GET", f"/backfills/{number}")
    number_of, runs = scheduler.runs_of_backfills(
        "failed",
        since=_moment(found["created_at"]),
        order_by="logical_date",
        logical_date_gte=found["from_date"],
        logical_date_lte=found["to_date"],
    )
    return number_of, [jalali_day(_day(run["logical_date"])) for run in runs]


def follow(scheduler: Scheduler, number: int, console: Console) -> Standing:
    """Show the backfill until it is over or paused: a bar on a terminal, else a line each minute.

    An Airflow that does not answer is waited for; SchedulerError after a quarter of an hour.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown_at = silent_since = -math.inf
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=None)
        while True:
            now = time.monotonic()
            try:
                state = standing(scheduler, number)
                silent_since = -math.inf
            except SchedulerError as error:
                if error.status is not None and error.status < 500:
                    raise
                if silent_since == -math.inf:
                    silent_since = now
                    console.print("Airflow does not answer; waiting for it", soft_wrap=True)
                if now - silent_since > PATIENCE_SECONDS:
                    raise
                time.sleep(POLL_SECONDS)
                continue
            progress.update(bar, description=state.line(), completed=state.done, total=state.days or None)
            is_last = state.is_over or (state.is_paused and not state.running)
            if is_last or (not console.is_terminal and now - shown_at >= LINE_SECONDS):
                console.print(state.line(), soft_wrap=True)
                sys.stdout.flush()
                shown_at = now
            if is_last:
                return state
            time.sleep(POLL_SECONDS)


def _unfinished(scheduler: Scheduler) -> list[dict[str, Any]]:
    return [one for one in scheduler.backfills() if one["completed_at"] is None]


def _named(found: Mapping[str, Any]) -> str:
    days = f"{jalali_day(_day(found['from_date']))} to {jalali_day(_day(found['to_date']))}"
    return f"backfill {found['id']} of {days}"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(text: str) -> date:
    return _moment(text).astimezone(TEHRAN).date()
