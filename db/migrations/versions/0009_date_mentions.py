"""Date the mentions of people and institutions, so that the newest are read from an index

A well-known institution is mentioned more often every year, and the date of each mention had to be looked up before
the newest could be told. The text's date never changes, so it can stand beside the mention.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MENTIONS = {
    "official_mentions": (("person_id", "post_id"), "version_id, record_id, person_id, post_id, reason"),
    "organization_mentions": (("body_id",), "version_id, record_id, body_id, reason"),
}
NEWEST = "published_at desc nulls last, version_id, record_id"


def upgrade() -> None:
    for table, (entities, columns) in MENTIONS.items():
        # Emptied and filled again, because an update of every row would leave as many dead ones behind.
        op.execute(
            f"create temporary table dated on commit drop as select m.*, v.published_at from {table} m "  # noqa: S608
            "left join article_versions v using (version_id)"
        )
        op.execute(f"truncate {table}")
        for entity in entities:
            op.drop_index(f"ix_{table}_{entity}")
        op.add_column(
            table,
            sa.Column(
                "published_at",
                sa.DateTime(timezone=True),
                comment="Publication time stated beside the text (article_versions), to read the newest by",
            ),
        )
        op.execute(
            f"insert into {table} ({columns}, published_at) select {columns}, published_at from dated "  # noqa: S608
            "order by version_id, record_id"
        )
        op.execute("drop table dated")
        for entity in entities:
            op.execute(f"create index ix_{table}_newest_{entity} on {table} ({entity}, {NEWEST})")


def downgrade() -> None:
    for table, (entities, _) in MENTIONS.items():
        for entity in entities:
            op.drop_index(f"ix_{table}_newest_{entity}")
        op.drop_column(table, "published_at")
        for entity in entities:
            op.create_index(f"ix_{table}_{entity}", table, [entity])
