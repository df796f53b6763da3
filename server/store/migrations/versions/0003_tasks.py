"""What sessions learn: numbers or classes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sessions so far learn numbers."""
    op.add_column("sessions", sa.Column("task", sa.String(20), nullable=False, server_default="regression"))


def downgrade() -> None:
    """Forget the tasks."""
    op.drop_column("sessions", "task")
