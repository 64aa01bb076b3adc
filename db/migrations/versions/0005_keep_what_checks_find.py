"""Keep what checks find"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "checked_days",
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet checked"),
        sa.Column("day_on", sa.Date(), nullable=False, comment="Day (Tehran) checked"),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="Outcome of its latest crawl (crawl_runs); null where none ran"
        ),
        sa.Column(
            "counts",
            postgresql.JSONB(),
            nullable=False,
            comment="Counts by name, as dabir.monitor.Day says; footers holds one count per wording",
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last checked"),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_checked_days_outlet")),
        sa.PrimaryKeyConstraint("outlet", "day_on", name=op.f("pk_checked_days")),
        comment="What was counted of each outlet's day when it was last checked; the history of checks",
    )
    op.create_table(
        "check_findings",
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet checked"),
        sa.Column("day_on", sa.Date(), nullable=False, comment="Day (Tehran) checked"),
        sa.Column("check_name", sa.Text(), nullable=False, comment="Name of the check (dabir.monitor)"),
        sa.Column("severity", sa.Text(), nullable=False, comment="warn | fail, as the settings have it"),
        sa.Column(
            "expected", sa.Text(), nullable=True, comment="What was expected, in words and figures; null for no figure"
        ),
        sa.Column("got", sa.Text(), nullable=True, comment="What was there, in words and figures"),
        sa.Column(
            "line", sa.Text(), nullable=False, comment="The finding in one line: outlet, Jalali day, expected and got"
        ),
        sa.CheckConstraint("severity in ('warn', 'fail')", name=op.f("ck_check_findings_severity")),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_check_findings_outlet")),
        sa.PrimaryKeyConstraint("outlet", "day_on", "check_name", name=op.f("pk_check_findings")),
        comment="What the latest check of an outlet's day found wrong or unusual; a sound day has no row",
    )
    op.create_table(
        "notices",
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet in trouble"),
        sa.Column("check_name", sa.Text(), nullable=False, comment="Check that found it (dabir.monitor)"),
        sa.Column("severity", sa.Text(), nullable=False, comment="warn | fail, as last told"),
        sa.Column("since_on", sa.Date(), nullable=False, comment="First day (Tehran) it was found on"),
        sa.Column("told_on", sa.Date(), nullable=False, comment="Day (Tehran) of the news that it was last told of"),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_notices_outlet")),
        sa.PrimaryKeyConstraint("outlet", "check_name", name=op.f("pk_notices")),
        comment="Troubles that a message has told of and that are not over: each is told again seldom",
    )


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("check_findings")
    op.drop_table("checked_days")
