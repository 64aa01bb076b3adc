"""Drop the indexes of names of institutions and participants in records, which nothing asks

An institution is found by its names in body_names and a participant by the meeting; each article that is loaded wrote
some five rows to these two, a thirtieth of the server's time.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = ("organizations", "meeting_participants")


def upgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_name_fold", table_name=table)


def downgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_name_fold", table, ["name_fold"])
