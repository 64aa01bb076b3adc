"""Keep the sketches of a time together, and put more new words into their index at a time

The key of sketches began with the fingerprint, so each row of a batch went to another page of the index: a third of the
time of a load into a million articles, and the index of words another third.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # Worked out by a column that is generated, which rewrites the table once and leaves no old rows in it.
    op.add_column(
        "article_sketches",
        sa.Column(
            "period",
            sa.SmallInteger(),
            sa.Computed("floor(day / 32.0)::smallint", persisted=True),
            nullable=False,
            comment="day over 32, so that what is loaded of late lies together; -1 where not stated",
        ),
    )
    op.execute("alter table article_sketches alter column period drop expression")
    op.drop_constraint("pk_article_sketches", "article_sketches")
    op.create_primary_key("pk_article_sketches", "article_sketches", ["period", "fingerprint", "day", "version_id"])
    op.execute("alter index ix_article_words_words set (gin_pending_list_limit = 16384)")


def downgrade() -> None:
    op.execute("alter index ix_article_words_words reset (gin_pending_list_limit)")
    op.drop_constraint("pk_article_sketches", "article_sketches")
    op.create_primary_key("pk_article_sketches", "article_sketches", ["fingerprint", "day", "version_id"])
    op.drop_column("article_sketches", "period")
