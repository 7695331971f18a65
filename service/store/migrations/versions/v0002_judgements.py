"""Judgements and the articles that they are about.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UtcTime = sa.DateTime(timezone=True)
REFUSAL = "judgements are never changed: add one that supersedes it"


def upgrade() -> None:
    """Create the tables, and the triggers that keep judgements as they were said."""
    op.create_table(
        "judged_documents",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_judged_documents"),
    )
    op.create_table(
        "judgements",
        sa.Column("number", BigId, nullable=False),
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("coder", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text()),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("kept_at", UtcTime, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_judgements"),
        sa.UniqueConstraint("id", name="uq_judgements_id"),
        sa.ForeignKeyConstraint(
            ["document"], ["judged_documents.key"], name="fk_judgements_document_judged_documents"
        ),
    )
    op.create_index("ix_judgements_document_start", "judgements", ["document", "start"])
    op.create_index("ix_judgements_coder", "judgements", ["coder"])
    if op.get_bind().dialect.name == "postgresql":
        _refuse_changes_postgresql()
    else:
        _refuse_changes_sqlite()


def _refuse_changes_sqlite() -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER judgements_refuse_{event.lower()} BEFORE {event} ON judgements "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _refuse_changes_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION judgements_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER judgements_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON judgements "
        "FOR EACH STATEMENT EXECUTE FUNCTION judgements_refuse()"
    )


def downgrade() -> None:
    """Refuse: what people said would be lost."""
    raise NotImplementedError("judgements would be lost: keep the tables")
