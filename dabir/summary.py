"""What a run left in the warehouse: counts per outlet and day, records per kind, examples with their sentence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text
from sqlalchemy import text

from dabir.days import jalali_day
from dabir.pipeline import connected
from dabir.settings import Settings

EXAMPLES = 5
COUNTS = ("listed", "fetched", "articles", "versions", "copies", "rejected")

# The latest crawl of each day, and all that its pages became.
_DAYS = text("""
    with latest as (
        select distinct on (outlet, day_on) outlet, day_on, run, outcome from crawl_runs
        where day_on = any(:days) order by outlet, day_on, started_at desc
    )
    select outlet, day_on, outcome,
        (select value from crawl_counters c where (c.outlet, c.day_on, c.run) = (l.outlet, l.day_on, l.run)
            and counter = 'listed') listed,
        (select sum(value) from crawl_counters c where (c.outlet, c.day_on) = (l.outlet, l.day_on)
            and counter = 'fetched') fetched,
        sum(new) articles, sum(versions) versions, sum(copies) copies, sum(rejected) rejected
    from latest l left join batch_tallies using (outlet, day_on)
    group by outlet, day_on, run, outcome order by outlet, day_on
""")

_KINDS = text("""
    select kind, count(*) as records from (
        select 'officials' as kind, version_id from officials
        union all select 'organizations', version_id from organizations
        union all select 'metrics', version_id from metrics
        union all select 'meetings', version_id from meetings
    ) r join article_versions v using (version_id)
    where (v.published_at at time zone 'Asia/Tehran')::date = any(:days) group by kind order by kind
""")

_EXAMPLES = text("""
    select kind, shown, rule, sentence_start, sentence_end, kicker, title, lead, body from (
        select kind, shown, rule, sentence_start, sentence_end, t.*,
            row_number() over (partition by kind order by rule, version_id) as place
        from (
            select 'official' kind, version_id, concat_ws(', ', name, post) shown, rule, sentence_start, sentence_end
                from officials where name is not null
            union all select 'organization', version_id, name, rule, sentence_start, sentence_end from organizations
            union all select 'metric', version_id, concat_ws(' ', subject || ':', comparator, trim_scale(value), unit,
                change), rule, sentence_start, sentence_end from metrics
            union all select 'meeting', version_id, concat_ws(' ', kind, name), rule, sentence_start, sentence_end
                from meetings where status = 'held'
        ) r join article_texts t using (version_id) join article_versions v using (version_id)
        where (v.published_at at time zone 'Asia/Tehran')::date = any(:days)
    ) ranked order by place, kind limit :examples
""")


def count_articles(settings: Settings) -> int:
    """How many articles the warehouse holds."""
    with connected(settings) as warehouse, warehouse.connect() as connection:
        number: int = connection.execute(text("select count(*) from articles")).scalar_one()
        return number


def summary(settings: Settings, days: Collection[date]) -> Group:
    """The counts of each outlet and day, the records of these days per kind, and some of them with their sentence."""
    with connected(settings) as warehouse, warehouse.connect() as connection:
        rows = connection.execute(_DAYS, {"days": list(days)}).mappings().all()
        kinds = connection.execute(_KINDS, {"days": list(days)}).all()
        examples = connection.execute(_EXAMPLES, {"days": list(days), "examples": EXAMPLES}).mappings().all()
    counts = Table("outlet", "day", "outcome", *COUNTS, title="Outlets and days", title_justify="left")
    for column in counts.columns[3:]:
        column.justify = "right"
    for row in rows:
        numbers = (str(row[count] or 0) for count in COUNTS)
        counts.add_row(row["outlet"], jalali_day(row["day_on"]), row["outcome"], *numbers)
    total = (str(sum(row[count] or 0 for row in rows)) for count in COUNTS)
    counts.add_section()
    counts.add_row("all", "", "", *total)
    return Group(
        counts,
        Text("Records: " + ", ".join(f"{number} {kind}" for kind, number in kinds)),
        *(line for example in examples for line in _example(example)),
    )


def _example(row: Any) -> tuple[Text, Text]:
    """A record, and below it the sentence that says it."""
    words = "\n".join(part for part in (row["kicker"], row["title"], row["lead"], row["body"]) if part)
    sentence = words[row["sentence_start"] : row["sentence_end"]]
    return Text(f"• {row['kind']} {row['shown']}  ({row['rule']})"), Text(f"    {sentence}", style="dim")
