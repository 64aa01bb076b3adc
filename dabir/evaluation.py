"""How well extraction does on annotated articles: the table of `make score`, and the history that shows a fall.

    python -m dabir.evaluation [FOLDER] [--zwnj keep|removed|space] [--errors N] [--held] [--record] …

FOLDER holds `dev.articles.jsonl` and `dev.gold.jsonl` (default: the environment variable DABIR_EVALUATION, else
../shared/evaluation). The articles are in two halves by a hash of their id: rules are written while reading the READ
half; the HELD half answers whether they hold elsewhere, so its articles and errors are shown only on demand.

Records match as docs/records.md says; 'alike' is a Dice coefficient over the character bigrams of folded text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from parsing.extract import extract
from parsing.jsonl import article_from_json, records_to_json

type Row = Mapping[str, Any]

ALIKE = 0.6  # posts, meeting names, participants
ALIKE_SUBJECT = 0.5  # what a metric measures is phrased more freely
ALIKE_NAME = 0.8  # names of organizations and persons
DEFAULT_FOLDER = Path("../shared/evaluation")
HISTORY = Path(__file__).resolve().parent.parent / "docs" / "scores.tsv"
HALVES = ("read", "held")
VARIANTS: dict[str, Callable[[str], str]] = {
    "keep": lambda text: text,
    "removed": lambda text: text.replace("\u200c", ""),
    "space": lambda text: text.replace("\u200c", " "),
}

# The folding of the annotation guidelines, kept apart from parsing.text.fold: a measure must not move with its object.
_FOLD = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ؤ": "و",
        "ة": "ه",
        "ۀ": "ه",
        "ء": "",
        "ـ": "",
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
    }
)
# Words that say little about identity: dropped before names and posts are compared.
_FILLERS = (
    "استان",
    "شهرستان",
    "شهر",
    "دکتر",
    "مهندس",
    "سردار",
    "سرهنگ",
    r"حجت\W?الاسلام",
    "والمسلمین",
    r"آیت\W?الله",
    "آقای",
    "خانم",
)
_FILLER = re.compile(r"(?<!\w)(?:" + "|".join(_FILLERS) + r")(?!\w)")


def fold_for_scoring(text: str | None, *, drop_filler: bool = False) -> str:
    """Letters and digits of `text` alone, spelling variants folded together, words without identity left out."""
    text = text or ""
    if drop_filler and _FILLER.sub("", text).strip():
        text = _FILLER.sub(" ", text)
    return "".join(character for character in text.translate(_FOLD) if character.isalnum())


def dice(left: str, right: str) -> float:
    """Dice coefficient over character bigrams: 1.0 for equal strings, 0.0 where either is empty.

    >>> dice("ab", "ab"), dice("ab", "cd"), dice("", "")
    (1.0, 0.0, 0.0)
    """
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    pairs_left, pairs_right = Counter(pairwise(left)), Counter(pairwise(right))
    total = pairs_left.total() + pairs_right.total()
    return 2 * (pairs_left & pairs_right).total() / total if total else 0.0


def alike(left: str | None, right: str | None, threshold: float = ALIKE) -> float:
    """How alike two phrases are, 0.0 under `threshold`."""
    score = dice(fold_for_scoring(left, drop_filler=True), fold_for_scoring(right, drop_filler=True))
    return score if score >= threshold else 0.0


def _same_number(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    tolerance = 1e-3 * max(1.0, abs(left), abs(right))
    return abs(left - right) <= (tolerance if abs(left) < 10 else tolerance * 0.01)


def _official(gold: Row, found: Row) -> float:
    if bool(gold["name"]) != bool(found["name"]):
        return 0.0
    name = alike(gold["name"], found["name"], ALIKE_NAME) if gold["name"] else 1.0
    post = alike(gold["post"], found["post"])
    return name + post if name and post else 0.0


def _name(gold: Row, found: Row) -> float:
    return alike(gold["name"], found["name"], ALIKE_NAME)


def _quantity(gold: Row, found: Row) -> float:
    same = _same_number(gold["value"], found["value"]) and _same_number(gold["value_high"], found["value_high"])
    return float(same and gold["unit"] == found["unit"])


def _metric(gold: Row, found: Row) -> float:
    if not _quantity(gold, found) or (gold["change"] or None) != (found["change"] or None):
        return 0.0
    return alike(gold["subject"], found["subject"], ALIKE_SUBJECT)


def _meeting(gold: Row, found: Row) -> float:
    same_kind = fold_for_scoring(gold["kind"]) == fold_for_scoring(found["kind"])
    what = float(same_kind) or alike(gold["name"], found["name"])
    if not what or (not gold["participants"] and not found["participants"]):
        return what
    return what + 0.1 if match(gold["participants"], found["participants"], alike) else 0.0


def match[T](gold: Sequence[T], found: Sequence[T], score: Callable[[T, T], float]) -> list[tuple[int, int]]:
    """One-to-one pairs (index in gold, index in found) of records that score over zero, best score first."""
    ranked = sorted(
        ((score(g, f), -i, -j) for i, g in enumerate(gold) for j, f in enumerate(found)),
        reverse=True,
    )
    pairs: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    for value, i, j in ranked:
        if value and i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            pairs.append((-i, -j))
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row of the table: which records it compares, how, and what a near miss is called."""

    name: str
    kind: str
    score: Callable[[Row, Row], float]
    near: Callable[[Row, Row], str | None]


def _near_official(gold: Row, found: Row) -> str | None:
    same_name = alike(gold["name"], found["name"], ALIKE_NAME)
    same_post = alike(gold["post"], found["post"])
    if gold["name"] and same_name:
        return "right name, wrong post"
    if same_post:
        if gold["name"] and not found["name"]:
            return "right post, name not found"
        return "right post, wrong name" if gold["name"] else "right post, name invented"
    return None


def _near_name(gold: Row, found: Row) -> str | None:
    return "part of the name" if alike(gold["name"], found["name"], 0.4) else None


def _near_organization(gold: Row, found: Row) -> str | None:
    left, right = (fold_for_scoring(row["name"], drop_filler=True) for row in (gold, found))
    if left in right:
        return "too long"
    if right in left:
        return "too short"
    return "boundaries differ" if dice(left, right) >= ALIKE else None


def _near_metric(gold: Row, found: Row) -> str | None:
    if _quantity(gold, found):
        if (gold["change"] or None) != (found["change"] or None):
            return "change differs"
        return "subject differs"
    if _same_number(gold["value"], found["value"]):
        return "unit or range differs"
    return None


def _near_meeting(gold: Row, found: Row) -> str | None:
    if fold_for_scoring(gold["kind"]) == fold_for_scoring(found["kind"]):
        return "no participant in common"
    return "kind and name differ" if match(gold["participants"], found["participants"], alike) else None


MEASURES = (
    Measure(name="official", kind="officials", score=_official, near=_near_official),
    Measure(name="official name", kind="officials", score=_name, near=_near_name),
    Measure(name="organization", kind="organizations", score=_name, near=_near_organization),
    Measure(name="metric", kind="metrics", score=_metric, near=_near_metric),
    Measure(name="metric value+unit", kind="metrics", score=_quantity, near=_near_metric),
    Measure(name="meeting", kind="meetings", score=_meeting, near=_near_meeting),
)
ROWS = (*(measure.name for measure in MEASURES), "participant")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of matched, gold and found records of one row."""

    matched: int = 0
    gold: int = 0
    found: int = 0

    def add(self, matched: int, gold: int, found: int) -> None:
        self.matched += matched
        self.gold += gold
        self.found += found

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.matched / (self.gold + self.found) if self.gold or self.found else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A record that was missed (`is_missed`) or invented in one article, with its error class."""

    article: str
    row: str
    is_missed: bool
    kind: str
    record: Any
    instead: Any = None


@dataclass(slots=True, kw_only=True)
class Score:
    """What the comparison of one or more articles found: a tally for each row, and every fault."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {row: Tally() for row in ROWS})
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Score) -> None:
        for row, tally in other.tallies.items():
            self.tallies[row].add(tally.matched, tally.gold, tally.found)
        self.faults.extend(other.faults)


def half(article_id: str) -> str:
    """Which half of the annotated articles this one is in: "read" or "held", by the parity of its id's SHA-1."""
    return HALVES[int(hashlib.sha1(article_id.encode(), usedforsecurity=False).hexdigest(), 16) % 2]


type Near = Callable[[Any, Any], str | None]


def _faults(article_id: str, row: str, near: Near, missed: list[Any], invented: list[Any]) -> Iterator[Fault]:
    """Every missed and every invented record of one row with its class: what kind of near miss, if it is one."""
    for record in missed:
        classes = ((near(record, other), other) for other in invented)
        kind, instead = next(((kind, other) for kind, other in classes if kind), ("missed outright", None))
        yield Fault(article=article_id, row=row, is_missed=True, kind=kind, record=record, instead=instead)
    for record in invented:
        kind = next(filter(None, (near(other, record) for other in missed)), "invented outright")
        yield Fault(article=article_id, row=row, is_missed=False, kind=kind, record=record)


def compare(article_id: str, gold: Row, found: Row) -> Score:
    """The score of one article's found records against its gold records, both as decoded JSON lines."""
    score = Score()

    def add(row: str, near: Near, left: list[Any], right: list[Any], pairs: list[tuple[int, int]]) -> None:
        score.tallies[row].add(len(pairs), len(left), len(right))
        hits_left, hits_right = {i for i, _ in pairs}, {j for _, j in pairs}
        missed = [record for i, record in enumerate(left) if i not in hits_left]
        invented = [record for j, record in enumerate(right) if j not in hits_right]
        score.faults.extend(_faults(article_id, row, near, missed, invented))

    for measure in MEASURES:
        left, right = list(gold[measure.kind]), list(found.get(measure.kind, ()))
        if measure.name == "official name":
            left, right = ([record for record in side if record["name"]] for side in (left, right))
        pairs = match(left, right, measure.score)
        add(measure.name, measure.near, left, right, pairs)
        if measure.name == "meeting":
            for i, j in pairs:
                people, others = list(left[i]["participants"]), list(right[j]["participants"])
                add("participant", lambda _left, _right: None, people, others, match(people, others, alike))
    return score


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One annotated article: the line of JSON as the outlet printed it, and its gold records."""

    article: Row
    gold: Row

    @property
    def id(self) -> str:
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


def _print_table(console: Console, variant: str, totals: Mapping[str, Score]) -> None:
    last = {
        line["half"]: line for line in read_history() if line["variant"] == variant
    }  # the newest line of each half wins
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
            since = "" if before is None else f"{tally.f1 - float(before):+.3f}"
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
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
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
        _print_table(console, variant, totals)
    shown = {article_id: score for article_id, score in scores.items() if options.held or half(article_id) == "read"}
    if options.worst and not options.article:
        _print_worst(console, shown, options.worst)
    console.print(f"[bold]error classes of the {'whole set' if options.held else 'read half'}[/bold]")
    _print_faults(console, shown, options.row or ROWS, options.errors)
    if options.record:
        record_history(recorded)
    return 0


if __name__ == "__main__":
    sys.exit(main())
