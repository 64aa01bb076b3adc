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

from db.dedup import Comparable, Likeness, LinkKind, Shape, decide, likeness, shape
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
# the order in which the first are taken.
_CANDIDATES = """
with asked as (
    select fingerprint, version_id, period, first_day, last_day
    from unnest(%(fingerprints)s::text::bigint[], %(versions)s::text::bigint[], %(periods)s::text::smallint[],
                %(firsts)s::text::int[], %(lasts)s::text::int[])
         as asked (fingerprint, version_id, period, first_day, last_day)
    union all
    select fingerprint, version_id, period, %(undated)s, 2147483647
    from unnest(%(undated_fingerprints)s::text::bigint[], %(undated_versions)s::text::bigint[])
         as undated (fingerprint, version_id)
         cross join (
             select generate_series(min(period)::int, max(period)::int)::smallint from article_sketches
         ) as every (period)
), met as (
    select asked.version_id, other.version_id as other_id,
           row_number() over (partition by fingerprint, asked.version_id order by day, other.version_id) as place
    from asked cross join lateral (
        select day, version_id from article_sketches s
        where s.period = asked.period and s.fingerprint = asked.fingerprint and s.day between first_day and last_day
        order by day, version_id limit %(most)s
    ) as other
), ranked as (
    select version_id, other_id, row_number() over (partition by version_id order by count(*) desc, other_id) as place
    from met where place <= %(most)s and version_id <> other_id
    group by version_id, other_id
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
    asked = [
        (version.derived.sketch, version.version_id, *range_)
        for version in fresh
        for range_ in _ranges(version.day, are_undated)
    ]
    undated = [(version.derived.sketch, version.version_id) for version in fresh if version.day == UNKNOWN_DAY]
    cursor.execute("set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off")
    names = ("fingerprints", "versions", "periods", "firsts", "lasts")
    undated_names = ("undated_fingerprints", "undated_versions")
    cursor.execute(
        _CANDIDATES,
        {
            **dict(zip(names, _arrays(asked, len(names)), strict=True)),
            **dict(zip(undated_names, _arrays(undated, len(undated_names)), strict=True)),
            "undated": UNKNOWN_DAY,
            "most": MOST_PER_FINGERPRINT,
            "candidates": MOST_CANDIDATES,
        },
    )
    pairs = sorted({(min(a, b), max(a, b)) for a, b in cursor})
    cursor.execute("reset enable_hashjoin; reset enable_mergejoin; reset enable_seqscan")
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
        if (decision := decide(measured)) is not None:
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


def _arrays(rows: Sequence[tuple[Any, ...]], columns: int) -> list[str]:
    """Arrays as PostgreSQL writes them, which for thousands of numbers takes a fifth of the time that the driver does:
    of the fingerprints in the first column of `rows`, and of the numbers in each other, as many times over."""
    parts = [[",".join(map(str, row[0])) for row in rows if row[0]]]
    parts += [[",".join([str(row[place])] * len(row[0])) for row in rows if row[0]] for place in range(1, columns)]
    return [f"{{{','.join(column)}}}" for column in parts]


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
