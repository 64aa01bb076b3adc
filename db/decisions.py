"""What each article of a batch was beside those there before it, and the count of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from db import stories
from db.rows import Prepared
from db.tally import Counts

DECISIONS = {"copy": "copies", "version": "versions"}


def decide(
    cursor: Cursor[Any], prepared: Prepared, new_articles: set[int], links: Sequence[stories.Link]
) -> dict[int, str]:
    """What each new article is beside those that were there before it: copy, version or another; absent where new."""
    decided: dict[int, tuple[str, str, int]] = {}
    place: dict[int, int] = {}
    for _, article, _ in prepared.seen:
        place.setdefault(article, len(place))

    def is_earlier(article: int, other: int) -> bool:
        return article not in new_articles or place[article] < place[other]

    rank = {"copy": 0, "version": 1}
    for one in sorted(links, key=lambda one: (rank.get(one.kind, 2), -one.likeness.jaccard, one.a.version_id)):
        for mine, other in ((one.a, one.b), (one.b, one.a)):
            article = mine.article_id
            if one.kind != "story" and article in new_articles and is_earlier(other.article_id, article):
                decided.setdefault(article, (one.kind, f"{one.reason}: {one.likeness}", other.article_id))

    keyed = {
        article: key
        for _, article, version in reversed(prepared.seen)
        if article in new_articles and (key := prepared.versions[version].title_footer_key) is not None
    }
    if keyed:
        cursor.execute(
            # Not by order and limit: prepared for any keys, that reads all articles in their order for each key, which
            # took 750 ms a batch where 5,000 were loaded.
            "select title_footer_key, min(article_id) from article_versions "
            "where title_footer_key = any(%s) and article_id <> all(%s) group by title_footer_key",
            (list(set(keyed.values())), list(new_articles)),
        )
        least: dict[int, int] = dict(cursor.fetchall())
        reason = "same_key_other_words: title and footer are equal, the bodies are not one text"
        for article in sorted(keyed, key=place.__getitem__):
            key = keyed[article]
            if key in least:
                decided.setdefault(article, ("another", reason, least[key]))
            least[key] = min(article, least.get(key, article))
    if decided:
        rows = [(article, *decision) for article, decision in sorted(decided.items())]
        cursor.execute(
            "update articles a set decision = d.decision, decision_reason = d.reason, decided_against_id = d.other "
            "from unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) "
            "as d (article_id, decision, reason, other) where a.article_id = d.article_id",
            [list(column) for column in zip(*rows, strict=True)],
        )
    return {article: decision for article, (decision, _, _) in decided.items()}


def count(
    prepared: Prepared, new_articles: set[int], new_versions: set[int], decisions: dict[int, str], counts: Counts
) -> None:
    """Count what became of each article and rejected page of a batch; `decisions` is what `decide` gave."""
    counted: set[int] = set()
    for outlet, article, version in prepared.seen:
        counts.add(outlet, "seen")
        if version not in new_versions or version in counted:
            counts.add(outlet, "same")
            continue
        if article in new_articles and article not in counted:
            decision = decisions.get(article, "new")
            counts.add(outlet, DECISIONS.get(decision, "new"))
            counts.add(outlet, "another", decision == "another")
        else:
            counts.add(outlet, "versions")
        counted |= {article, version}
        incoming = prepared.versions[version].incoming.article
        counts.add(outlet, "adverts", incoming.is_advert or bool(incoming.footer and incoming.footer.is_advert))
    for one in prepared.rejected:
        counts.add(one.outlet, "seen")
        counts.add(one.outlet, "rejected")
