"""First tables: datasets, sessions, revisions, actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _datasets()
    _sessions()
    _revisions()
    _actions()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("actions", "revisions", "sessions", "datasets"):
        op.drop_table(table)


def _datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("table_key", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.String(64), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("head", sa.String(64), nullable=True),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("test_rmse", sa.Double(), nullable=False),
        sa.Column("formula_latex", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_sessions_dataset_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_sessions_idempotency_key"),
    )
    op.create_index("ix_sessions_updated_at_id", "sessions", ["updated_at", "id"])


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(64), nullable=True),
        sa.Column("last_child", sa.String(64), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("network_key", sa.String(64), nullable=False),
        sa.Column("curves_key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_revisions_session_id", ondelete="CASCADE"),
        sa.UniqueConstraint("session_id", "number", name="uq_revisions_session_id_number"),
    )
    for column in ("session_id", "network_key", "curves_key"):
        op.create_index(f"ix_revisions_{column}", "revisions", [column])


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("revision", sa.String(64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_actions_session_id", ondelete="CASCADE"),
        sa.UniqueConstraint("session_id", "idempotency_key", name="uq_actions_session_id_idempotency_key"),
    )
    for column in ("session_id", "state"):
        op.create_index(f"ix_actions_{column}", "actions", [column])
