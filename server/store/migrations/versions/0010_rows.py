"""What the rows of a session weigh and which of them judge; the weights of single trainings, which that replaces, go.

A training that had weights keeps its result, and its revision says in its message by which column it was weighed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TELL = """
UPDATE revisions SET view = json_set(
  view, '$.message', trim(coalesce(json_extract(view, '$.message'), '') || ' Rows were weighed by the column ‘'
    || json_extract(view, '$.action.weights') || '’ in this training.'))
WHERE json_extract(view, '$.action.weights') IS NOT NULL AND json_extract(view, '$.action.kind') = 'train'
"""
_VIEWS = "UPDATE revisions SET view = json_remove(view, '$.action.weights') WHERE json_extract(view, '$.action.kind') = 'train'"
_ACTIONS = "UPDATE actions SET action = json_remove(action, '$.weights') WHERE json_extract(action, '$.kind') = 'train'"
_SIZES = "UPDATE revisions SET bytes = length(CAST(view AS BLOB)) + length(CAST(summary AS BLOB))"


def upgrade() -> None:
    """Add the choice of rows, and take the weights out of the trainings that are kept."""
    op.add_column("sessions", sa.Column("rows", sa.Text(), nullable=True))
    for statement in (_TELL, _VIEWS, _ACTIONS, _SIZES):
        op.execute(statement)


def downgrade() -> None:
    """Forget the choice; what was taken out stays out."""
    op.drop_column("sessions", "rows")
