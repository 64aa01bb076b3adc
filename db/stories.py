"""Which articles are one story: finds near-duplicates of new texts, links them, and keeps every story's origin.

A link is a function of two texts and a story of its links, so the stories do not depend on the order of loading. Run
inside the transaction of a load, behind the one lock that makes parallel loads see each other's texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Cursor

from db.dedup import Comparable, Likeness, LinkKind, Shape, likeness, relation, shape
from db.identity import hash64
from db.rows import PERIOD_DAYS, UNKNOWN_DAY, Version
from parsing.letters import fold

STORY_LOCK = hash64("stories")
# What may stand before the name of an outlet where it is cited, or in its own title.
OUTLET_KINDS = tuple(map(fold, ("خبرگزاری", "پایگاه خبری", "روزنامه", "سایت")))
# A fingerprint shared by more texts within the days compared is a stock phrase; its first 64 stand for all.
MOST_PER_FINGERPRINT = 64
MOST_CANDIDATES = 64
# Near-duplicates are published within 48 hours, so at most two days (UTC) apart.
DAYS_AROUND = 2

# Each fingerprint is looked for in one period at a time and a range of days of it, so that the index gives its texts in
# the order in which the first are taken. The text itself is one of these: counted, but not sorted with the others.
_CANDIDATES = """
with asked as (
    select version_id, own_day, period, first_day, last_day, fingerprint
    from unnest(%(versions)s::text::bigint[], %(days)s::text::int[], %(periods)s::text::smallint[],
                %(firsts)s::text::int[], %(lasts)s::text::int[], %(sketches)s::text[])
         as asked (version_id, own_day, period, first_day, last_day, sketch)
         cross join unnest(sketch::bigint[]) as fingerprint
), met as (
    select asked.version_id, other.version_id as other_id,
           row_number() over (partition by fingerprint, asked.version_id order by day, other.version_id)
           + ((day, other.version_id) > (own_day, asked.version_id))::int as place
    from asked cross join lateral (
        select day, version_id from article_sketches s
        where s.period = asked.period and s.fingerprint = asked.fingerprint and s.day between first_day and last_day
              and s.version_id <> asked.version_id
        order by day, version_id limit %(most)s
    ) as other
), ranked as (
    select version_id, other_id, row_number() over (partition by version_id order by count(*) desc, other_id) as place
    from met where place <= %(most)s group by version_id, other_id
)
select version_id, other_id from ranked where place <= %(candidates)s
"""

# An undated text may meet one of any day. Whether to look into each period or through all texts is left to the server:
# on real articles, of which one was dated 1899, looking into each between first and last took 4.7 s a batch.
_CANDIDATES_OF_UNDATED = """
with asked as (
    select version_id, fingerprint
    from unnest(%(versions)s::text::bigint[], %(sketches)s::text[]) as asked (version_id, sketch)
         cross join unnest(sketch::bigint[]) as fingerprint
), met as (
    select s.fingerprint, s.version_id,
           row_number() over (partition by s.fingerprint order by s.day, s.version_id) as place
    from article_sketches s where s.fingerprint = any(%(fingerprints)s::text::bigint[])
), ranked as (
    select asked.version_id, met.version_id as other_id,
           row_number() over (partition by asked.version_id order by count(*) desc, met.version_id) as place
    from asked join met using (fingerprint) where place <= %(most)s and asked.version_id <> met.version_id
    group by asked.version_id, met.version_id
)
select version_id, other_id from ranked where place <= %(candidates)s
"""

_COMPARABLE = """
select v.version_id, v.article_id, a.outlet, v.published_at, v.title_footer_key, v.body_digest,
       concat_ws(e'\\n', t.lead, t.body)
from article_versions v join articles a using (article_id) join article_texts t using (version_id)
where v.version_id = any(%s)
"""

_LINKED = """
insert into article_links
    (version_a_id, version_b_id, kind, reason, jaccard, containment, figures, hours_apart, is_same_key)
select * from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::real[], %s::real[], %s::real[], %s::real[],
                     %s::boolean[])
on conflict do nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two texts that are one report; `a` is the one with the smaller version id."""

    a: Comparable
    b: Comparable
    kind: LinkKind
    reason: str
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story, as far as the choice of its origin needs it."""

    article_id: int
    outlet: str
    published_at: datetime | None
    first_seen_at: datetime
    cited: str
    names: frozenset[str]


def link(cursor: Cursor[Any], fresh: Sequence[Version]) -> list[Link]:
    """Link the texts of `fresh`, whose sketches are stored, with their near-duplicates; give back the links."""
    cursor.execute("select pg_advisory_xact_lock(%s)", (STORY_LOCK,))
    if not any(version.derived.sketch for version in fresh):
        return []
    cursor.execute("select exists (select from article_sketches where period = %s)", (UNKNOWN_DAY,))
    (are_undated,) = cursor.fetchone() or (False,)
    most = {"most": MOST_PER_FINGERPRINT, "candidates": MOST_CANDIDATES}
    asked = [
        (version.version_id, version.day, *range_, _array(version.derived.sketch))
        for version in fresh
        for range_ in _ranges(version.day, are_undated)
    ]
    found: set[tuple[int, int]] = set()
    if asked:
        *numbers, sketches = zip(*asked, strict=True)
        arrays = dict(zip(("versions", "days", "periods", "firsts", "lasts"), map(_array, numbers), strict=True))
        ways = ("hashjoin", "mergejoin", "seqscan")
        cursor.execute("; ".join(f"set local enable_{way} = off" for way in ways))
        cursor.execute(_CANDIDATES, {**arrays, **most, "sketches": list(sketches)})
        found.update(cursor)
        cursor.execute("; ".join(f"reset enable_{way}" for way in ways))
    if undated := [version for version in fresh if version.day == UNKNOWN_DAY]:
        versions = _array(version.version_id for version in undated)
        told = [_array(version.derived.sketch) for version in undated]
        all_told = _array({fingerprint for version in undated for fingerprint in version.derived.sketch})
        # Not by a plan made for any number of them.
        asked_for = {**most, "versions": versions, "sketches": told, "fingerprints": all_told}
        cursor.execute(_CANDIDATES_OF_UNDATED, asked_for, prepare=False)
        found.update(cursor)
    pairs = sorted({(min(a, b), max(a, b)) for a, b in found})
    links = _judge(pairs, _comparables(cursor, fresh, pairs)) if pairs else []
    if links:
        _write(cursor, links)
    return links


def join(cursor: Cursor[Any], links: Iterable[Link]) -> None:
    """Put the articles of `links` into one story each, joined with the stories they were in, and choose the origins."""
    groups = _Groups()
    articles = {article for one in links for article in (one.a.article_id, one.b.article_id)}
    cursor.execute(
        "select article_id, story_id from story_articles where story_id in "
        "(select story_id from story_articles where article_id = any(%s))",
        (list(articles),),
    )
    before = dict(cursor.fetchall())
    for article, story in before.items():
        groups.join(article, story)
    for one in links:
        groups.join(one.a.article_id, one.b.article_id)
    stories: dict[int, list[int]] = defaultdict(list)
    for article in sorted(articles | before.keys()):
        stories[groups.least(article)].append(article)
    members = _members(cursor, [article for group in stories.values() for article in group])
    rows = [_story(story, [members[article] for article in group]) for story, group in sorted(stories.items())]
    cursor.execute(
        "insert into stories (story_id, origin_article_id, origin_reason, articles, outlets, first_published_at, "
        "last_published_at) select * from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], "
        "%s::timestamptz[], %s::timestamptz[]) on conflict (story_id) do update set "
        "origin_article_id = excluded.origin_article_id, origin_reason = excluded.origin_reason, "
        "articles = excluded.articles, outlets = excluded.outlets, first_published_at = excluded.first_published_at, "
        "last_published_at = excluded.last_published_at",
        [list(column) for column in zip(*rows, strict=True)],
    )
    cursor.execute(
        "insert into story_articles (article_id, story_id) select * from unnest(%s::bigint[], %s::bigint[]) "
        "on conflict (article_id) do update set story_id = excluded.story_id "
        "where story_articles.story_id <> excluded.story_id",
        (
            [article for group in stories.values() for article in group],
            [story for story, group in stories.items() for _ in group],
        ),
    )
    gone = set(before.values()) - stories.keys()
    if gone:
        cursor.execute("delete from stories where story_id = any(%s)", (list(gone),))


def _ranges(day: int, are_undated: bool) -> Iterator[tuple[int, int, int]]:
    """(period, first day, last day) where the texts may be that one of `day` is compared with: those of the days around
    it and, where there are any, the undated. An undated text, which may meet any, has none here."""
    if day == UNKNOWN_DAY:
        return
    if are_undated:
        yield UNKNOWN_DAY, UNKNOWN_DAY, UNKNOWN_DAY
    first, last = day - DAYS_AROUND, day + DAYS_AROUND
    for period in range(first // PERIOD_DAYS, last // PERIOD_DAYS + 1):
        yield period, first, last


def _judge(pairs: Iterable[tuple[int, int]], texts: Mapping[int, Comparable]) -> list[Link]:
    shapes: dict[int, Shape] = {}
    links = []
    for first, second in pairs:
        a, b = texts[first], texts[second]
        if a.article_id == b.article_id:
            continue
        for one in (a, b):
            if one.version_id not in shapes:
                shapes[one.version_id] = shape(one.text)
        measured = likeness(a, b, shapes[first], shapes[second])
        if (decision := relation(measured)) is not None:
            links.append(Link(a=a, b=b, kind=decision[0], reason=decision[1], likeness=measured))
    return links


def _comparables(
    cursor: Cursor[Any], fresh: Sequence[Version], pairs: Iterable[tuple[int, int]]
) -> dict[int, Comparable]:
    texts = {
        version.version_id: Comparable(
            version_id=version.version_id,
            article_id=version.article_id,
            outlet=version.outlet,
            hours=_hours(version.published_at),
            title_footer_key=version.title_footer_key,
            body_digest=version.derived.body_digest,
            text="\n".join(filter(None, (version.incoming.article.lead, version.incoming.article.body))),
        )
        for version in fresh
    }
    others = {version for pair in pairs for version in pair} - texts.keys()
    cursor.execute(_COMPARABLE, (list(others),))
    for version_id, article_id, outlet, published_at, key, body_digest, text in cursor:
        texts[version_id] = Comparable(
            version_id=version_id,
            article_id=article_id,
            outlet=outlet,
            hours=_hours(published_at),
            title_footer_key=key,
            body_digest=body_digest,
            text=text,
        )
    return texts


def _write(cursor: Cursor[Any], links: Sequence[Link]) -> None:
    rows = [
        (
            *(one.a.version_id, one.b.version_id, one.kind, one.reason, one.likeness.jaccard),
            *(one.likeness.containment, one.likeness.figures, one.likeness.hours_apart, one.likeness.is_same_key),
        )
        for one in links
    ]
    cursor.execute(_LINKED, [list(column) for column in zip(*rows, strict=True)])


def _members(cursor: Cursor[Any], articles: Sequence[int]) -> dict[int, Member]:
    cursor.execute(
        "select a.article_id, a.outlet, a.published_at, a.first_seen_at, a.cited_agency, o.name, o.names_fold "
        "from articles a join outlets o using (outlet) where a.article_id = any(%s)",
        (list(articles),),
    )
    return {
        article_id: Member(
            article_id=article_id,
            outlet=outlet,
            published_at=published_at,
            first_seen_at=first_seen_at,
            cited=_outlet_name(cited),
            names=frozenset((fold(outlet), _outlet_name(name), *names)) - {""},
        )
        for article_id, outlet, published_at, first_seen_at, cited, name, names in cursor
    }


def _story(story: int, members: Sequence[Member]) -> tuple[Any, ...]:
    """The row of a story. Its origin is the article of an outlet that another cites, else the first published."""

    def order(one: Member) -> tuple[bool, datetime, int]:
        return one.published_at is None, one.published_at or one.first_seen_at, one.article_id

    cited = {name for one in members for name in (one.cited,) if name and name not in one.names}
    origins = [one for one in members if one.names & cited]
    dates = [one.published_at for one in members if one.published_at is not None]
    origin = min(origins or members, key=order)
    reason = "cited" if origins else "first_published" if dates else "first_seen"
    outlets = len({one.outlet for one in members})
    return story, origin.article_id, reason, len(members), outlets, min(dates, default=None), max(dates, default=None)


def _outlet_name(text: str | None) -> str:
    """The folded name of an outlet without its kind: «خبرگزاری مهر» is «مهر»."""
    folded = fold(text)
    return next((folded.removeprefix(kind) for kind in OUTLET_KINDS if folded.startswith(kind)), folded)


def _array(numbers: Iterable[int]) -> str:
    """An array as PostgreSQL writes it: for thousands of numbers a fifth of the time that the driver takes."""
    return f"{{{','.join(map(str, numbers))}}}"


def _hours(moment: datetime | None) -> float | None:
    return None if moment is None else moment.astimezone(UTC).timestamp() / 3600


class _Groups:
    """Disjoint sets of ids, each known by its least."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def least(self, one: int) -> int:
        path = []
        while (above := self._above.get(one, one)) != one:
            path.append(one)
            one = above
        for passed in path:
            self._above[passed] = one
        return one

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.least(a), self.least(b)))
        if low != high:
            self._above[high] = low
