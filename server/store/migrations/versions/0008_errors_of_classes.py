"""Errors of classes under their own names: what earlier revisions gave as RMSE and R² of probabilities is taken out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Only revisions of classes have an accuracy.
_MEND_REVISIONS = """
UPDATE revisions SET
  summary = json_set(
    json_remove(summary, '$.test_rmse'),
    '$.accuracy_test', json_extract(view, '$.metrics.accuracy_test'),
    '$.cross_entropy_test', json_extract(view, '$.metrics.cross_entropy_test')),
  view = json_set(
    json_remove(
      view, '$.metrics.train_rmse', '$.metrics.test_rmse', '$.metrics.test_nrmse', '$.metrics.r2_test',
      '$.metrics.network_formula', '$.metrics.data_formula'),
    '$.losses', json('[]'))
WHERE json_extract(view, '$.metrics.accuracy_test') IS NOT NULL
"""
_SIZES = "UPDATE revisions SET bytes = length(CAST(view AS BLOB)) + length(CAST(summary AS BLOB))"
_REPEAT_HEADS = """
UPDATE sessions SET
  accuracy_test = (
    SELECT json_extract(view, '$.metrics.accuracy_test') FROM revisions WHERE revisions.id = sessions.head),
  cross_entropy_test = (
    SELECT json_extract(view, '$.metrics.cross_entropy_test') FROM revisions WHERE revisions.id = sessions.head)
"""


def upgrade() -> None:
    """Add what sessions repeat of their head, and mend the revisions of classes that are kept."""
    for name in ("accuracy_test", "cross_entropy_test"):
        op.add_column("sessions", sa.Column(name, sa.Double(), nullable=True))
    op.execute(_MEND_REVISIONS)
    op.execute(_SIZES)
    op.execute(_REPEAT_HEADS)


def downgrade() -> None:
    """Forget the columns; what was taken out stays out."""
    op.drop_column("sessions", "cross_entropy_test")
    op.drop_column("sessions", "accuracy_test")
