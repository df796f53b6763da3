"""Rows of a revision's own, and what is left of equations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add where a revision's rows are kept when solving equations gave them values, and what sessions repeat of it."""
    op.add_column("sessions", sa.Column("equation_rms", sa.Double(), nullable=True))
    op.add_column("revisions", sa.Column("table_key", sa.String(64), nullable=True))
    op.create_index("ix_revisions_table_key", "revisions", ["table_key"])


def downgrade() -> None:
    """Forget the rows."""
    op.drop_index("ix_revisions_table_key", "revisions")
    op.drop_column("revisions", "table_key")
    op.drop_column("sessions", "equation_rms")
