"""How well extraction does on annotated articles: the table of `make score`, and the history that shows a fall.

    python -m dabir.evaluation [FOLDER] [--zwnj keep|removed|space] [--errors N] [--held] [--record] …

FOLDER holds `dev.articles.jsonl` and `dev.gold.jsonl` (default: the environment variable DABIR_EVALUATION, else
../shared/evaluation). The articles are in two halves by a hash of their id: rules are written while reading the READ
half; the HELD half answers whether they hold elsewhere, so its articles and errors are shown only on demand.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from dabir.scoring import ROWS, Row, Score, compare
from parsing.extract import extract
from parsing.jsonl import article_from_json, records_to_json

DEFAULT_FOLDER = Path("../shared/evaluation")
HISTORY = Path(__file__).resolve().parent.parent / "docs" / "scores.tsv"
HALVES = ("read", "held")
VARIANTS: dict[str, Callable[[str], str]] = {
    "keep": lambda text: text,
    "removed": lambda text: text.replace("\u200c", ""),
    "space": lambda text: text.replace("\u200c", " "),
}


def half(article_id: str) -> str:
    """Which half of the annotated articles this one is in: "read" or "held", by the parity of its id's SHA-1."""
    return HALVES[int(hashlib.sha1(article_id.encode(), usedforsecurity=False).hexdigest(), 16) % 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One annotated article: the line of JSON as the outlet printed it, and its gold records."""

    article: Row
    gold: Row

    @property
    def id(self) -> str:
        """The id of the article, as in both files."""
        return str(self.gold["id"])


def read_cases(folder: Path) -> tuple[Case, ...]:
    """The annotated articles of `folder`, in the order of the gold file.

    Raises FileNotFoundError where a file is missing and ValueError where a gold article has no text.
    """
    articles, golds = (
        {str(row["id"]): row for row in map(json.loads, filter(str.strip, path.read_text("utf-8").splitlines()))}
        for path in (folder / "dev.articles.jsonl", folder / "dev.gold.jsonl")
    )
    if orphans := [gold_id for gold_id in golds if gold_id not in articles]:
        raise ValueError(f"{folder}: gold records of articles that are not there: {', '.join(orphans)}")
    return tuple(Case(article=articles[gold_id], gold=gold) for gold_id, gold in golds.items())


def evaluate(cases: Iterable[Case], variant: str = "keep") -> dict[str, Score]:
    """The score of each article by its id, extracted here and now, with half-spaces treated as `variant` says."""
    change = VARIANTS[variant]
    scores = {}
    for case in cases:
        row = {key: change(value) if isinstance(value, str) else value for key, value in case.article.items()}
        found = records_to_json(case.id, extract(article_from_json(row)))
        scores[case.id] = compare(case.id, case.gold, found)
    return scores


def total(scores: Mapping[str, Score], which: str = "all") -> Score:
    """All scores of one half ("read", "held") or of "all" added up."""
    summed = Score()
    for article_id, score in scores.items():
        if which in ("all", half(article_id)):
            summed.add(score)
    return summed


def _commit() -> str:
    """The commit the figures belong to, with a plus where the working tree differs in the extraction's own files."""
    root = HISTORY.parent.parent

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    return (git("rev-parse", "--short=10", "HEAD") or "none") + ("+" if git("status", "--porcelain", "parsing") else "")


def read_history(path: Path = HISTORY) -> list[dict[str, str]]:
    """The recorded scores, oldest first: one line for each commit, variant and half."""
    if not path.exists():
        return []
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]] if lines else []


def record_history(totals: Mapping[tuple[str, str], Score], path: Path = HISTORY, commit: str | None = None) -> None:
    """Append the F1 of every row to the history, a line for each (variant, half) of `totals`."""
    header = ["day", "commit", "variant", "half", *(row.replace(" ", "_") for row in ROWS)]
    new = not path.exists()
    day, commit = datetime.now(UTC).date().isoformat(), commit or _commit()
    with path.open("a", encoding="utf-8") as file:
        if new:
            file.write("# F1 of every row of `make score`, appended by `make score ARGS=--record`.\n")
            file.write("\t".join(header) + "\n")
        for (variant, which), score in totals.items():
            figures = (f"{score.tallies[row].f1:.3f}" for row in ROWS)
            file.write("\t".join([day, commit, variant, which, *figures]) + "\n")


def _print_table(console: Console, variant: str, totals: Mapping[str, Score], *, is_whole: bool) -> None:
    """`is_whole`: all articles were scored, so that the figures are those recorded before."""
    history = read_history() if is_whole else ()
    last = {line["half"]: line for line in history if line["variant"] == variant}  # the newest line of each half wins
    table = Table(title=f"half-spaces: {variant}", title_justify="left")
    table.add_column("row")
    for which in totals:
        for column in ("P", "R", "F1", "since"):
            table.add_column(f"{which} {column}" if column == "P" else column, justify="right")
    table.add_column("gold", justify="right")
    table.add_column("found", justify="right")
    for row in ROWS:
        cells = [row]
        for which, score in totals.items():
            tally = score.tallies[row]
            before = last.get(which, {}).get(row.replace(" ", "_"))
            since = "" if before is None else f"{round(tally.f1, 3) - float(before) + 0.0:+.3f}"
            cells += [f"{tally.precision:.3f}", f"{tally.recall:.3f}", f"{tally.f1:.3f}", since]
        everything = totals["all"].tallies[row]
        table.add_row(*cells, str(everything.gold), str(everything.found))
    console.print(table)


def _line(record: Any) -> str:
    return record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)


def _print_faults(console: Console, scores: Mapping[str, Score], rows: Iterable[str], limit: int) -> None:
    """The error classes of each row, and the first `limit` errors of each class."""
    for row in rows:
        faults = [fault for score in scores.values() for fault in score.faults if fault.row == row]
        classes = Counter((fault.is_missed, fault.kind) for fault in faults)
        console.print(f"[bold]{row}[/bold]")
        for (is_missed, kind), count in sorted(classes.items(), key=lambda pair: (not pair[0][0], -pair[1])):
            console.print(f"  {count:4d} {'missed' if is_missed else 'invented'}: {kind}", highlight=False)
            chosen = [fault for fault in faults if (fault.is_missed, fault.kind) == (is_missed, kind)]
            for fault in chosen[:limit]:
                instead = "" if fault.instead is None else f"  <- {_line(fault.instead)}"
                text = f"       {fault.article} {_line(fault.record)}{instead}"
                console.print(text, markup=False, highlight=False, soft_wrap=True)


def _print_worst(console: Console, scores: Mapping[str, Score], count: int) -> None:
    def faults_of(article_id: str) -> int:
        return len(scores[article_id].faults)

    console.print(f"[bold]the {count} articles with most errors[/bold]")
    for article_id in sorted(scores, key=faults_of, reverse=True)[:count]:
        by_row = Counter(fault.row for fault in scores[article_id].faults)
        shares = ", ".join(f"{row} {number}" for row, number in by_row.items())
        console.print(f"  {article_id:<18} {faults_of(article_id):3d}  {shares}", highlight=False)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dabir.evaluation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where dev.articles.jsonl and dev.gold.jsonl are")
    parser.add_argument("--zwnj", choices=[*VARIANTS, "all"], default="keep", help="what becomes of every half-space")
    parser.add_argument(
        "--no-zwnj", dest="zwnj", action="store_const", const="removed", help="the same as --zwnj removed"
    )
    parser.add_argument(
        "--zwnj-as-space", dest="zwnj", action="store_const", const="space", help="the same as --zwnj space"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print the first N errors of each class")
    parser.add_argument("--row", action="append", choices=ROWS, help="errors of this row only; may be repeated")
    parser.add_argument("--article", metavar="ID", help="score this article alone")
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="how many of the worst articles to name")
    parser.add_argument("--held", action="store_true", help="show articles and errors of the held half too")
    parser.add_argument("--record", action="store_true", help=f"append the figures of all to {HISTORY.name}")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make score`; returns the exit code."""
    options = _arguments(arguments)
    console = Console(width=None if sys.stdout.isatty() else 150)
    folder = options.folder or Path(os.environ.get("DABIR_EVALUATION") or DEFAULT_FOLDER)
    try:
        cases = read_cases(folder)
    except (FileNotFoundError, ValueError) as error:
        console.print(f"no annotated articles to score: {error}", markup=False)
        console.print("give their folder as the argument or in DABIR_EVALUATION", markup=False)
        return 2
    if options.article:
        cases = tuple(case for case in cases if case.id == options.article)
        if not cases:
            console.print(f"no annotated article has the id {options.article}", markup=False)
            return 2
        if half(options.article) == "held" and not options.held:
            console.print("this article is of the held half: --held shows it", markup=False)
            return 2
    recorded: dict[tuple[str, str], Score] = {}
    for variant in VARIANTS if options.zwnj == "all" else (options.zwnj,):
        scores = evaluate(cases, variant)
        totals = {which: total(scores, which) for which in (*HALVES, "all")}
        recorded |= {(variant, which): score for which, score in totals.items()}
        _print_table(console, variant, totals, is_whole=not options.article)
    shown = {article_id: score for article_id, score in scores.items() if options.held or half(article_id) == "read"}
    if options.worst and not options.article:
        _print_worst(console, shown, options.worst)
    console.print(f"[bold]error classes of the {'whole set' if options.held else 'read half'}[/bold]")
    _print_faults(console, shown, options.row or ROWS, options.errors)
    if options.record and not options.article:
        record_history(recorded)
    return 0


if __name__ == "__main__":
    sys.exit(main())
