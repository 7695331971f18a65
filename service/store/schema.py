r"""The tables (SQLAlchemy Core), the same on SQLite and PostgreSQL.

```
feeds --< feed_entries >-- documents --< tags
                               |     \-< statements --< statement_actors
                        (duplicate_of)
alerts --< deliveries --< attempts          jobs          api_keys
judged_documents --< judgements
```

Every row of `tags` and `statements` names the version that made it; `documents.version` says which
of them is live. Retagging therefore writes beside the old rows, and one UPDATE makes the switch.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMES)

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC with its zone: SQLite keeps none, so it is added on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: say which moment is meant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True, doc="the caller's id"),
    sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("url", sa.Text),
    sa.Column("url_key", sa.Text, unique=True, doc="the URL without tracking and fragment"),
    sa.Column("title", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text),
    sa.Column("published", sa.Text, doc="as given"),
    sa.Column("host", sa.Text),
    sa.Column("conflict", sa.Text),
    sa.Column("dated_at", UtcTime, nullable=False, doc="published, or else received"),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("feed_id", BigId, sa.ForeignKey("feeds.id", ondelete="SET NULL")),
    sa.Column("duplicate_of", BigId, sa.ForeignKey("documents.id", ondelete="SET NULL")),
    sa.Column("version", sa.Text, doc="version of the live tags; NULL: waits for the tagger"),
    sa.Column("scheme", sa.Text),
    sa.Column("error", sa.Text, doc="why the tagger could not tag it"),
    sa.Index("ix_documents_dated_at_id", "dated_at", "id"),
    sa.Index("ix_documents_version", "version"),
    sa.Index("ix_documents_feed_id", "feed_id"),
    # Of copies alone: that an article is none says nothing, and must not look choosy.
    sa.Index(
        "ix_documents_duplicate_of",
        "duplicate_of",
        sqlite_where=sa.text("duplicate_of IS NOT NULL"),
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    ),
)

tags = sa.Table(
    "tags",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column(
        "document_id", BigId, sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False, doc="number of the sentence, from 0"),
    sa.Column("start", sa.Integer, nullable=False, doc="code point in documents.text"),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("paragraph", sa.Integer, nullable=False),
    sa.Column("stance", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("abstain", sa.Boolean, nullable=False),
    sa.Column("tag", Json, nullable=False, doc="the sentence of the JSON contract"),
    sa.UniqueConstraint("document_id", "version", "position"),
    sa.Index("ix_tags_score_id", "score", "id"),
)

statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column(
        "document_id", BigId, sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("stance", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("abstain", sa.Boolean, nullable=False),
    sa.Column("speaker_type", sa.Text),
    sa.Column("speaker", sa.Text),
    sa.Column("speaker_key", sa.Text, doc="the name folded for comparison"),
    sa.Column("dated_at", UtcTime, nullable=False, doc="copied from the document: the order"),
    sa.Column("tagged_at", UtcTime, nullable=False),
    sa.UniqueConstraint("document_id", "version", "position"),
    sa.Index("ix_statements_dated_at_id", "dated_at", "id"),
    sa.Index("ix_statements_stance_dated_at", "stance", "dated_at"),
    sa.Index("ix_statements_speaker_key", "speaker_key"),
)

statement_actors = sa.Table(
    "statement_actors",
    metadata,
    sa.Column(
        "statement_id", BigId, sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("ix_statement_actors_actor", "actor"),
)

signatures = sa.Table(
    "signatures",
    metadata,
    sa.Column(
        "document_id", BigId, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("signature", sa.LargeBinary, nullable=False, doc="MinHash, 120 numbers of 4 bytes"),
)

bands = sa.Table(
    "bands",
    metadata,
    sa.Column("key", sa.BigInteger, primary_key=True),
    sa.Column(
        "document_id", BigId, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Index("ix_bands_document_id", "document_id"),
)

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("url", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text),
    sa.Column("publisher", sa.Text, doc="outlet written into its documents"),
    sa.Column("host", sa.Text),
    sa.Column("conflict", sa.Text),
    sa.Column("interval_s", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("next_poll_at", UtcTime, nullable=False),
    sa.Column("last_polled_at", UtcTime),
    sa.Column("last_success_at", UtcTime),
    sa.Column("failures", sa.Integer, nullable=False, doc="in a row"),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Index("ix_feeds_next_poll_at", "next_poll_at"),
)

feed_entries = sa.Table(
    "feed_entries",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("feed_id", BigId, sa.ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False),
    sa.Column("key", sa.Text, nullable=False, doc="guid, URL or hash: what makes it new"),
    sa.Column("state", sa.Text, nullable=False, doc="waiting, kept, known, failed"),
    sa.Column("entry", Json, doc="the entry as fetched, until it is kept"),
    sa.Column("document_id", BigId, sa.ForeignKey("documents.id", ondelete="SET NULL")),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcTime, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.UniqueConstraint("feed_id", "key"),
    sa.Index("ix_feed_entries_state_next_attempt_at", "state", "next_attempt_at"),
    sa.Index("ix_feed_entries_document_id", "document_id"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("rule", Json, nullable=False),
    sa.Column("channel", sa.Text, nullable=False, doc="webhook or email"),
    sa.Column("target", sa.Text, nullable=False, doc="URL or address"),
    sa.Column("secret", sa.Text, doc="signs the webhook; must be readable to sign"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, unique=True),
    sa.Column("occasion", sa.Text, nullable=False, doc="what fired it: once an alert"),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.Text, nullable=False, doc="pending, delivered, given_up"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcTime, nullable=False),
    sa.Column("claimed_until", UtcTime, doc="a sender is at it until then"),
    sa.Column("delivered_at", UtcTime),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.UniqueConstraint("alert_id", "occasion"),
    sa.Index("ix_deliveries_state_next_attempt_at", "state", "next_attempt_at"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column(
        "delivery_id", BigId, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("status", sa.Integer, doc="HTTP status, or NULL without an answer"),
    sa.Column("error", sa.Text),
    sa.Column("took_ms", sa.Integer, nullable=False),
    sa.Index("ix_attempts_delivery_id", "delivery_id"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, doc="tag, retag, retrain ..."),
    sa.Column("state", sa.Text, nullable=False, doc="queued, running, done, failed"),
    sa.Column("payload", Json, nullable=False),
    sa.Column("result", Json),
    sa.Column("error", sa.Text),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_until", UtcTime, doc="a worker is at it until then"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("finished_at", UtcTime),
    sa.Index("ix_jobs_state_created_at", "state", "created_at"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, doc="public part of the key"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False, doc="SHA-256 of 256 random bits"),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("per_minute", sa.Integer, doc="requests a minute; NULL: the service's limit"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
)

judged_documents = sa.Table(
    "judged_documents",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, doc="the document's id"),
    sa.Column("document", sa.Text, nullable=False, doc="the article as JSON, never changed"),
)

# Append-only: triggers refuse UPDATE and DELETE.
judgements = sa.Table(
    "judgements",
    metadata,
    sa.Column("number", BigId, primary_key=True, doc="the order in which they were kept"),
    sa.Column("id", sa.String(24), nullable=False, unique=True, doc="hash of what was said"),
    sa.Column("document", sa.Text, sa.ForeignKey("judged_documents.key"), nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("coder", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, doc="coding, adjudication, withdrawal, skip"),
    sa.Column("tool", sa.Text, nullable=False),
    sa.Column("stance", sa.Text),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("kept_at", UtcTime, nullable=False),
    sa.Column("body", sa.Text, nullable=False, doc="the judgement as JSON"),
    sa.Index("ix_judgements_document_start", "document", "start"),
    sa.Index("ix_judgements_coder", "coder"),
)
