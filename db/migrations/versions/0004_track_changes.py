"""Track changes: keys that are gone, and which transactions had ended when, for exports of what changed"""

from alembic import op

revision = "0004"
down_revision = "0003"

# Those that loads write row by row. Tables that are emptied and filled anew are exported whole and need no trigger.
FOLLOWED = (
    *("outlets", "crawl_runs", "crawl_counters", "batches", "batch_tallies", "pages", "footers", "articles"),
    *("article_versions", "article_texts", "sightings", "article_links", "stories", "story_articles"),
    *("rejected_pages", "officials", "organizations", "metrics", "meetings", "meeting_participants"),
    "record_changes",
)

# PostgreSQL marks each row with the transaction that wrote it (xmin), so that what was written since a time is found
# without a column or a trigger. What it does not keep is here: the keys of rows that are gone, and the numbers of
# transactions at known times. Transaction numbers mean something on one server's line of history alone: `origin` tells
# a restored or copied warehouse, whose rows all have new numbers, from the one the times were noted in; and one whose
# schema was changed, which may alter rows without writing them.
TRACKING = """
create schema tracking;
comment on schema tracking is
    'What exports of changes go by: keys of rows that are gone, and which transactions had ended when';

create table tracking.settled (settled_at timestamptz not null, below bigint not null, origin text);
create index on tracking.settled (settled_at);
comment on table tracking.settled is
    'At settled_at every transaction numbered less than below had ended; noted with each batch';

create table tracking.withdrawn (relation text, key jsonb, primary key (relation, key));
comment on table tracking.withdrawn is 'Keys of rows that were deleted; some may be there again';

create function tracking.origin() returns text language plpgsql volatile as $$
begin
    return concat_ws('/', (pg_control_system()).system_identifier,
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
        (select oid from pg_database where datname = current_database()), 'tracking.settled'::regclass::oid,
        (select version_num from public.alembic_version));
exception when insufficient_privilege then
    return null;
end $$;
comment on function tracking.origin is
    'Server, line of its history, database, table and schema that transaction numbers of now belong to; null where '
    'the server may not read its own control file, and then no export of changes can be made';

create function tracking.note_settled() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into tracking.settled
    select clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint, tracking.origin();
    return null;
end $$;

create function tracking.note_withdrawn() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    source text := case tg_op when 'DELETE' then 'gone' else format('%I.%I', tg_table_schema, tg_table_name) end;
    key text := (select string_agg(quote_ident(name), ', ') from unnest(tg_argv) as name);
begin
    execute format(
        'insert into tracking.withdrawn (relation, key) select %L, jsonb_build_array(%s) from %s order by 2 '
        'on conflict (relation, key) do update set key = excluded.key', tg_table_name, key, source);
    return null;
end $$;

create function tracking.follow(relation regclass) returns void language plpgsql as $$
declare
    key text := (
        select string_agg(quote_literal(attname), ', ' order by place)
        from pg_index cross join unnest(indkey) with ordinality as part (number, place)
            join pg_attribute on attrelid = indrelid and attnum = number
        where indrelid = relation and indisprimary);
begin
    execute format('create trigger withdrawn after delete on %s referencing old table as gone '
        'for each statement execute function tracking.note_withdrawn(%s)', relation, key);
    execute format('create trigger withdrawn_all before truncate on %s '
        'for each statement execute function tracking.note_withdrawn(%s)', relation, key);
end $$;
comment on function tracking.follow is
    'Have the keys of rows that are deleted from a table noted in tracking.withdrawn';

create trigger settled after insert on batches for each statement execute function tracking.note_settled();

do $$ begin
    if exists (select from pg_roles where rolname = 'dabir_reader') then
        grant usage on schema tracking to dabir_reader;
        grant select on all tables in schema tracking to dabir_reader;
    end if;
end $$;
"""


def upgrade() -> None:
    op.execute(TRACKING)
    for table in FOLLOWED:
        op.execute(f"select tracking.follow('{table}')")


def downgrade() -> None:
    for table in FOLLOWED:
        op.execute(f"drop trigger withdrawn on {table}; drop trigger withdrawn_all on {table}")
    op.execute("drop trigger settled on batches")
    op.execute("drop schema tracking cascade")
