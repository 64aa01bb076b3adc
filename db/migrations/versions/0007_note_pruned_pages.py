"""Note pages that were pruned from the archive; follow the deletions of who is who and of what checks find"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

FOLLOWED = (
    *("places", "bodies", "body_names", "persons", "person_names", "posts", "tenures"),
    *("official_mentions", "organization_mentions", "judgements", "resolved_versions"),
    *("checked_days", "check_findings"),
)


def upgrade() -> None:
    op.add_column(
        "pages",
        sa.Column(
            "pruned_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the raw page was removed from the archive; null while it is there",
        ),
    )
    for table in FOLLOWED:
        op.execute(f"select tracking.follow('{table}')")


def downgrade() -> None:
    for table in FOLLOWED:
        op.execute(f"drop trigger withdrawn on {table}; drop trigger withdrawn_all on {table}")
    op.drop_column("pages", "pruned_at")
