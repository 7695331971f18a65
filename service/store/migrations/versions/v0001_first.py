"""The first schema.

Revision ID: 0001
Revises: none
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
UtcTime = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create all tables, their indexes and the full-text index."""
    _documents()
    _alerts()
    _service()
    if op.get_bind().dialect.name == "postgresql":
        _full_text_postgresql()
    else:
        _full_text_sqlite()


def _documents() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", BigId, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("publisher", sa.Text()),
        sa.Column("host", sa.Text()),
        sa.Column("conflict", sa.Text()),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("next_poll_at", UtcTime, nullable=False),
        sa.Column("last_polled_at", UtcTime),
        sa.Column("last_success_at", UtcTime),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("url", name="uq_feeds_url"),
    )
    op.create_index("ix_feeds_next_poll_at", "feeds", ["next_poll_at"])
    op.create_table(
        "documents",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("url_key", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text()),
        sa.Column("published", sa.Text()),
        sa.Column("host", sa.Text()),
        sa.Column("conflict", sa.Text()),
        sa.Column("dated_at", UtcTime, nullable=False),
        sa.Column("received_at", UtcTime, nullable=False),
        sa.Column("feed_id", BigId),
        sa.Column("duplicate_of", BigId),
        sa.Column("version", sa.Text()),
        sa.Column("scheme", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["documents.id"],
            name="fk_documents_duplicate_of_documents",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name="fk_documents_feed_id_feeds", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("content_hash", name="uq_documents_content_hash"),
        sa.UniqueConstraint("key", name="uq_documents_key"),
        sa.UniqueConstraint("url_key", name="uq_documents_url_key"),
    )
    op.create_index("ix_documents_dated_at_id", "documents", ["dated_at", "id"])
    op.create_index("ix_documents_duplicate_of", "documents", ["duplicate_of"])
    op.create_index("ix_documents_feed_id", "documents", ["feed_id"])
    op.create_index("ix_documents_version", "documents", ["version"])
    op.create_table(
        "feed_entries",
        sa.Column("id", BigId, nullable=False),
        sa.Column("feed_id", BigId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entry", Json),
        sa.Column("document_id", BigId),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcTime, nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name="fk_feed_entries_document_id_documents",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name="fk_feed_entries_feed_id_feeds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_feed_entries"),
        sa.UniqueConstraint("feed_id", "key", name="uq_feed_entries_feed_id_key"),
    )
    op.create_index("ix_feed_entries_document_id", "feed_entries", ["document_id"])
    op.create_index(
        "ix_feed_entries_state_next_attempt_at", "feed_entries", ["state", "next_attempt_at"]
    )
    op.create_table(
        "tags",
        sa.Column("id", BigId, nullable=False),
        sa.Column("document_id", BigId, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("abstain", sa.Boolean(), nullable=False),
        sa.Column("tag", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name="fk_tags_document_id_documents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint(
            "document_id", "version", "position", name="uq_tags_document_id_version_position"
        ),
    )
    op.create_table(
        "statements",
        sa.Column("id", BigId, nullable=False),
        sa.Column("document_id", BigId, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("abstain", sa.Boolean(), nullable=False),
        sa.Column("speaker_type", sa.Text()),
        sa.Column("speaker", sa.Text()),
        sa.Column("speaker_key", sa.Text()),
        sa.Column("dated_at", UtcTime, nullable=False),
        sa.Column("tagged_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name="fk_statements_document_id_documents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sa.UniqueConstraint(
            "document_id", "version", "position", name="uq_statements_document_id_version_position"
        ),
    )
    op.create_index("ix_statements_dated_at_id", "statements", ["dated_at", "id"])
    op.create_index("ix_statements_speaker_key", "statements", ["speaker_key"])
    op.create_index("ix_statements_stance_dated_at", "statements", ["stance", "dated_at"])
    op.create_table(
        "statement_actors",
        sa.Column("statement_id", BigId, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statements.id"],
            name="fk_statement_actors_statement_id_statements",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("statement_id", "actor", name="pk_statement_actors"),
    )
    op.create_index("ix_statement_actors_actor", "statement_actors", ["actor"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", BigId, nullable=False),
        sa.Column("alert_id", BigId, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcTime, nullable=False),
        sa.Column("claimed_until", UtcTime),
        sa.Column("delivered_at", UtcTime),
        sa.Column("last_error", sa.Text()),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_deliveries_alert_id_alerts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("alert_id", "occasion", name="uq_deliveries_alert_id_occasion"),
        sa.UniqueConstraint("message_id", name="uq_deliveries_message_id"),
    )
    op.create_index(
        "ix_deliveries_state_next_attempt_at", "deliveries", ["state", "next_attempt_at"]
    )
    op.create_table(
        "attempts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("delivery_id", BigId, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name="fk_attempts_delivery_id_deliveries",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])


def _service() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("result", Json),
        sa.Column("error", sa.Text()),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", UtcTime),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("finished_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state_created_at", "jobs", ["state", "created_at"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("per_minute", sa.Integer()),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )


def _full_text_sqlite() -> None:
    # External content: the words stand once, in `statements`; triggers keep the index in step.
    op.execute(
        "CREATE VIRTUAL TABLE statements_words USING fts5("
        "text, speaker, content='statements', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    add = (
        "INSERT INTO statements_words(rowid, text, speaker) VALUES (new.id, new.text, new.speaker);"
    )
    drop = (
        "INSERT INTO statements_words(statements_words, rowid, text, speaker) "
        "VALUES ('delete', old.id, old.text, old.speaker);"
    )
    for name, event, steps in (
        ("added", "AFTER INSERT", add),
        ("removed", "AFTER DELETE", drop),
        ("changed", "AFTER UPDATE OF text, speaker", drop + add),
    ):
        op.execute(
            f"CREATE TRIGGER statements_words_{name} {event} ON statements BEGIN {steps} END"
        )


def _full_text_postgresql() -> None:
    op.execute(
        "ALTER TABLE statements ADD COLUMN words tsvector GENERATED ALWAYS AS "
        "(to_tsvector('english', text || ' ' || coalesce(speaker, ''))) STORED"
    )
    op.execute("CREATE INDEX ix_statements_words ON statements USING gin (words)")


def downgrade() -> None:
    """Refuse: the first schema has nothing before it."""
    raise NotImplementedError("the first schema: delete the database instead")
