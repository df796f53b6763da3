"""Fronts of searches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add where a revision's front is kept."""
    op.add_column("revisions", sa.Column("front_key", sa.String(64), nullable=True))
    op.create_index("ix_revisions_front_key", "revisions", ["front_key"])


def downgrade() -> None:
    """Forget the fronts."""
    op.drop_index("ix_revisions_front_key", "revisions")
    op.drop_column("revisions", "front_key")
