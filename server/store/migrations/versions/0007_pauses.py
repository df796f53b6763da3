"""What a paused action goes on from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add where an action's checkpoint is kept, and how far it had come."""
    op.add_column("actions", sa.Column("checkpoint_key", sa.String(64), nullable=True))
    op.add_column("actions", sa.Column("progress", sa.Text(), nullable=True))
    op.create_index("ix_actions_checkpoint_key", "actions", ["checkpoint_key"])


def downgrade() -> None:
    """Forget the checkpoints."""
    op.drop_index("ix_actions_checkpoint_key", "actions")
    op.drop_column("actions", "progress")
    op.drop_column("actions", "checkpoint_key")
