"""Constants have names: a kept action that snapped the n-th constant becomes one that makes the constant cn exact."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


_SIZES = "UPDATE revisions SET bytes = length(CAST(view AS BLOB)) + length(CAST(summary AS BLOB))"


def upgrade() -> None:
    """Rewrite the actions in revisions and in the list of actions."""
    connection = op.get_bind()
    kept = connection.execute(sa.text("SELECT id, view FROM revisions WHERE json_extract(view, '$.action.kind') = 'snap'"))
    for identity, text in kept.all():
        view = json.loads(text)
        view["action"] = _named(view["action"])
        connection.execute(
            sa.text("UPDATE revisions SET view = :view, summary = json_set(summary, '$.kind', 'set_constants') WHERE id = :id"),
            {"view": json.dumps(view), "id": identity},
        )
    connection.execute(sa.text(_SIZES))
    asked = connection.execute(sa.text("SELECT id, action FROM actions WHERE json_extract(action, '$.kind') = 'snap'"))
    for identity, text in asked.all():
        change = {"action": json.dumps(_named(json.loads(text))), "id": identity}
        connection.execute(sa.text("UPDATE actions SET action = :action WHERE id = :id"), change)


def downgrade() -> None:
    """Nothing to forget: what was kept is said in the words of this version, and read by none before."""


def _named(action: dict[str, Any]) -> dict[str, Any]:
    changes = [{"name": f"c{each['constant'] + 1}", "exact": each["value"]} for each in action.get("values", [])]
    return {"kind": "set_constants", "changes": changes, "parent": action.get("parent")}
