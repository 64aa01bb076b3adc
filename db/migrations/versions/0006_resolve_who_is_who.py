"""Resolve who is who: what was resolved when, and the article a person's id is made of"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

PERSON = ("Hash of folded name and of what told this person from a namesake when first made",)
PERSON += ("Hash of folded name and article_id; kept while the person is met in anything",)
JUDGED_BY = ("rule:<name> or the person who judged", "Who judged")


def upgrade() -> None:
    op.create_table(
        "resolved_versions",
        sa.Column(
            "version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Text (article_versions)"
        ),
        sa.Column("records_digest", sa.BigInteger(), nullable=False, comment="Its records_digest then"),
        sa.Column("published_on", sa.Date(), nullable=True, comment="Day of publication of its article then"),
        sa.Column("province", sa.Text(), nullable=True, comment="Province or dateline of its article then"),
        sa.Column("rules", sa.Text(), nullable=False, comment="Version of the rules that resolved it"),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_resolved_versions")),
        comment="Texts as they were when their officials and organizations were last resolved; one that is "
        "now otherwise, or no longer its article's current text, is resolved again. Without foreign keys, so that "
        "a text that is gone is noticed",
    )
    # Resolution fills these again.
    for emptied in (
        "delete from official_mentions",
        "delete from tenures",
        "delete from person_names",
        "delete from persons",
    ):
        op.execute(emptied)
    op.add_column(
        "persons",
        sa.Column(
            "article_id",
            sa.BigInteger(),
            nullable=False,
            comment="Article that person_id was made of: the one first seen to name the person (articles)",
        ),
    )
    op.alter_column("persons", "person_id", comment=PERSON[1])
    op.alter_column("judgements", "judged_by", comment=JUDGED_BY[1])


def downgrade() -> None:
    op.alter_column("judgements", "judged_by", comment=JUDGED_BY[0])
    op.alter_column("persons", "person_id", comment=PERSON[0])
    op.drop_column("persons", "article_id")
    op.drop_table("resolved_versions")
