"""Answer questions: the words of articles for searching, and views over records and entities"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.derived import words_row
from db.rows import WORDS_COLUMNS
from db.views import VIEWS
from parsing.records import Article

revision = "0003"
down_revision = "0002"

TEXTS_A_ROUND = 2_000

# In the order in which they stand on each other.
SELECTS = {
    "stated_figures": """
        select f.version_id, f.record_id, a.article_id, a.outlet, a.published_at, a.published_on, a.province,
               f.subject, f.subject_fold, f.value, f.value_high, f.unit, f.comparator, f.change, f.base,
               f.period_start_on, f.period_end_on, f.period_raw, f.place, f.speaker, f.whole, f.sentence_start,
               record_sentence(f.version_id, f.sentence_start, f.sentence_end) as sentence
        from metrics f
             join article_versions v on v.version_id = f.version_id
             join articles a on a.article_id = v.article_id and a.current_version_id = v.version_id
    """,
    "body_figures": """
        select b.body_id, b.how, f.*
        from (
            select body_id, version_id, record_id, min(how) as how
            from (
                select m.body_id, f.version_id, f.record_id, 'sentence' as how
                from organization_mentions m
                     join organizations o on o.version_id = m.version_id and o.record_id = m.record_id
                     join metrics f on f.version_id = o.version_id and f.sentence_start = o.sentence_start
                union all
                select p.body_id, f.version_id, f.record_id, 'speaker' as how
                from posts p
                     join official_mentions m on m.post_id = p.post_id
                     join officials o on o.version_id = m.version_id and o.record_id = m.record_id
                     join metrics f on f.version_id = o.version_id and f.speaker in (o.name, o.post)
                where p.body_id is not null
            ) as found
            group by body_id, version_id, record_id
        ) as b
        join stated_figures f on f.version_id = b.version_id and f.record_id = b.record_id
    """,
    "careers": """
        select t.person_id, n.name as person, t.post_id, p.title as post, p.head, p.body_id, b.name as body,
               l.name as place, t.since_on, t.until_on, t.first_met_on, t.last_met_on, t.is_acting, t.is_former
        from tenures t
             join persons n on n.person_id = t.person_id
             join posts p on p.post_id = t.post_id
             left join bodies b on b.body_id = p.body_id
             left join places l on l.place_id = p.place_id
    """,
    "statements": """
        select m.person_id, m.post_id, o.version_id, o.record_id, a.article_id, a.outlet, a.published_at,
               a.published_on, o.name, o.post, o.role, o.is_acting, o.is_former,
               record_sentence(o.version_id, o.sentence_start, o.sentence_end) as sentence
        from official_mentions m
             join officials o on o.version_id = m.version_id and o.record_id = m.record_id
             join article_versions v on v.version_id = o.version_id
             join articles a on a.article_id = v.article_id and a.current_version_id = v.version_id
    """,
    "encounters": """
        select distinct m.person_id, its.ordinal, other.ordinal as other_ordinal, other.name as other,
               known.person_id as other_person_id, g.version_id, g.record_id, a.article_id, a.outlet, a.published_at,
               a.published_on, g.kind, g.name, g.place, g.held_on, g.status, g.sentence_start, g.sentence_end
        from official_mentions m
             join officials o on o.version_id = m.version_id and o.record_id = m.record_id
             join meeting_participants its
                 on its.version_id = o.version_id and its.name_fold in (o.name_fold, o.post_fold)
             join meetings g on g.version_id = its.version_id and g.record_id = its.record_id
             join meeting_participants other
                 on other.version_id = its.version_id and other.record_id = its.record_id
                    and other.ordinal <> its.ordinal
             join article_versions v on v.version_id = g.version_id
             join articles a on a.article_id = v.article_id and a.current_version_id = v.version_id
             left join lateral (
                 select m2.person_id
                 from officials o2
                      join official_mentions m2 on m2.version_id = o2.version_id and m2.record_id = o2.record_id
                 where o2.version_id = other.version_id and other.name_fold in (o2.name_fold, o2.post_fold)
                 order by o2.ordinal
                 limit 1
             ) as known on true
        where m.person_id is not null
    """,
    "coverage": """
        select outlet, day_on, max(outcome) as outcome, max(reason) as reason, sum(articles)::bigint as articles,
               sum(adverts)::bigint as adverts, sum(rejected)::bigint as rejected
        from (
            (select distinct on (outlet, day_on) outlet, day_on, outcome, reason,
                    0::bigint as articles, 0::bigint as adverts, 0::bigint as rejected
             from crawl_runs order by outlet, day_on, started_at desc nulls last)
            union all
            select outlet, published_on, null, null, count(*), count(*) filter (where is_advert), 0
            from articles where published_on is not null group by outlet, published_on
            union all
            select outlet, day_on, null, null, 0, 0, sum(rejected)::bigint
            from batch_tallies where day_on is not null group by outlet, day_on
        ) as counted
        group by outlet, day_on
    """,
    "changes": """
        select b.loaded_at as changed_at, 'text' as kind,
               case when v.first_seen_at = a.first_seen_at then 'new' else 'changed' end as change,
               a.outlet, v.article_id, v.version_id, null::bigint as record_id, to_jsonb(t.title) as what
        from batches b
             join article_versions v on v.batch = b.batch
             join articles a on a.article_id = v.article_id
             join article_texts t on t.version_id = v.version_id
        union all
        select b.loaded_at, c.kind, c.change, a.outlet, v.article_id, c.version_id, c.record_id, c.record
        from batches b
             join record_changes c on c.batch = b.batch
             join article_versions v on v.version_id = c.version_id
             join articles a on a.article_id = v.article_id
    """,
}


def upgrade() -> None:
    op.create_table(
        "article_words",
        sa.Column(
            "version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version whose words they are"
        ),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication time stated beside the text",
        ),
        sa.Column(
            "words",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            comment="Keys of its distinct words, its outlet and its month of publication (db.words)",
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_article_words")),
        comment="The words of each version as numbers, by which articles are searched whatever their spelling. "
        "Derived from article_texts, so without a foreign key",
    )
    _fill_words()
    op.create_index(op.f("ix_article_words_words"), "article_words", ["words"], postgresql_using="gin")
    op.create_index(op.f("ix_posts_body_id"), "posts", ["body_id"])
    op.create_index(op.f("ix_batch_tallies_day_on"), "batch_tallies", ["day_on"])
    op.create_index(op.f("ix_crawl_runs_day_on"), "crawl_runs", ["day_on"])
    op.create_index(op.f("ix_batches_loaded_at"), "batches", ["loaded_at"])
    for name, select in SELECTS.items():
        op.execute(f"create view {name} as {select}")
        _say(f"comment on view {name} is", VIEWS[name].comment)
        for column, (_, comment) in VIEWS[name].columns.items():
            _say(f"comment on column {name}.{column} is", comment)


def downgrade() -> None:
    for name in reversed(SELECTS):
        op.execute(f"drop view {name}")
    op.drop_index(op.f("ix_batch_tallies_day_on"), table_name="batch_tallies")
    op.drop_index(op.f("ix_crawl_runs_day_on"), table_name="crawl_runs")
    op.drop_index(op.f("ix_batches_loaded_at"), table_name="batches")
    op.drop_index(op.f("ix_posts_body_id"), table_name="posts")
    op.drop_table("article_words")


def _fill_words() -> None:
    """The words of the texts that are there, some thousands at a time."""
    connection = op.get_bind()
    insert = sa.text("insert into article_words values (:version_id, :published_at, cast(:words as integer[]))")
    texts = connection.execute(
        sa.text(
            "select t.version_id, v.published_at, a.outlet, t.kicker, t.title, t.lead, t.body from article_texts t "
            "join article_versions v using (version_id) join articles a using (article_id)"
        ),
        execution_options={"stream_results": True, "yield_per": TEXTS_A_ROUND},
    )
    for some in texts.partitions():
        rows = [
            words_row(
                row.version_id,
                Article(
                    outlet=row.outlet,
                    published=row.published_at,
                    kicker=row.kicker,
                    title=row.title,
                    lead=row.lead,
                    body=row.body,
                ),
            )
            for row in some
        ]
        connection.execute(insert, [dict(zip(WORDS_COLUMNS, row, strict=True)) for row in rows])


def _say(what: str, comment: str) -> None:
    op.execute(sa.text(f"{what} '{comment.replace(chr(39), chr(39) * 2)}'".replace(":", "\\:")))
