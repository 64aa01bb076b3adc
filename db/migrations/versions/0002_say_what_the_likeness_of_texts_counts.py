# ruff: noqa: E501
"""Say what the likeness of texts counts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.alter_column(
        "article_links",
        "jaccard",
        existing_type=sa.REAL(),
        comment="Shared runs of 12 folded characters over all of both, 0 to 1",
        existing_comment="Shared word 3-grams over all of both, 0 to 1",
        existing_nullable=False,
    )
    op.alter_column(
        "article_links",
        "containment",
        existing_type=sa.REAL(),
        comment="Shared runs of 12 folded characters over those of the shorter, 0 to 1",
        existing_comment="Shared word 3-grams over those of the shorter, 0 to 1",
        existing_nullable=False,
    )
    op.create_table_comment(
        "article_sketches",
        "Bottom-k MinHash sketch of each version's lead and body: texts that share a fingerprint are compared whole. Derived from article_texts, so without a foreign key",
        existing_comment="Bottom-k MinHash sketch of each version's lead and body: texts that share a fingerprint are compared word by word. Derived from article_texts, so without a foreign key",
        schema=None,
    )


def downgrade() -> None:
    op.create_table_comment(
        "article_sketches",
        "Bottom-k MinHash sketch of each version's lead and body: texts that share a fingerprint are compared word by word. Derived from article_texts, so without a foreign key",
        existing_comment="Bottom-k MinHash sketch of each version's lead and body: texts that share a fingerprint are compared whole. Derived from article_texts, so without a foreign key",
        schema=None,
    )
    op.alter_column(
        "article_links",
        "containment",
        existing_type=sa.REAL(),
        comment="Shared word 3-grams over those of the shorter, 0 to 1",
        existing_comment="Shared runs of 12 folded characters over those of the shorter, 0 to 1",
        existing_nullable=False,
    )
    op.alter_column(
        "article_links",
        "jaccard",
        existing_type=sa.REAL(),
        comment="Shared word 3-grams over all of both, 0 to 1",
        existing_comment="Shared runs of 12 folded characters over all of both, 0 to 1",
        existing_nullable=False,
    )
