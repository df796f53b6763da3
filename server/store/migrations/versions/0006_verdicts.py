"""Whether the head of a session that began with equations solves them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what lists of sessions repeat of the head; heads that are there already get theirs with their next revision."""
    op.add_column("sessions", sa.Column("verdict", sa.String(20), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("sessions", "verdict")
