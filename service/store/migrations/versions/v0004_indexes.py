"""Indexes that lists stay quick by when many statements are stored.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Exchange one index, and add one."""
    # Nearly all articles are no copies. SQLite took the index for choosy, and with it read and
    # sorted every statement for a page of the newest.
    op.drop_index("ix_documents_duplicate_of", "documents")
    op.create_index(
        "ix_documents_duplicate_of",
        "documents",
        ["duplicate_of"],
        sqlite_where=sa.text("duplicate_of IS NOT NULL"),
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.create_index("ix_tags_score_id", "tags", ["score", "id"])


def downgrade() -> None:
    """Exchange it back."""
    op.drop_index("ix_tags_score_id", "tags")
    op.drop_index("ix_documents_duplicate_of", "documents")
    op.create_index("ix_documents_duplicate_of", "documents", ["duplicate_of"])
