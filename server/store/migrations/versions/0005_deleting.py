"""What was deleted and can be restored, what revisions take, and which version of the program wrote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is deleted so far; the size of each revision is known from its texts."""
    for table in ("datasets", "sessions"):
        op.add_column(table, sa.Column("deleted_at", sa.String(40), nullable=True))
    op.create_index("ix_datasets_table_key", "datasets", ["table_key"])
    op.create_index("ix_sessions_dataset_id", "sessions", ["dataset_id"])
    op.create_index("ix_sessions_deleted_at", "sessions", ["deleted_at"])
    op.add_column("revisions", sa.Column("bytes", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE revisions SET bytes = length(CAST(view AS BLOB)) + length(CAST(summary AS BLOB))")
    op.create_table(
        "writer",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_writer"),
    )


def downgrade() -> None:
    """What was deleted comes back."""
    op.drop_table("writer")
    op.drop_column("revisions", "bytes")
    op.drop_index("ix_sessions_deleted_at", "sessions")
    op.drop_index("ix_sessions_dataset_id", "sessions")
    op.drop_index("ix_datasets_table_key", "datasets")
    for table in ("sessions", "datasets"):
        op.drop_column(table, "deleted_at")
