"""Trainings that were kept with weights of their own can still be read, and say by what they were weighed."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from server.contract.actions import ACTION
from server.store.database import migrate

WEIGHED = {"kind": "train", "steps": 5, "weights": "w"}
EQUAL = {"kind": "train", "steps": 5, "weights": None}


def _keep(connection: sa.Connection, name: str, action: dict[str, object], message: str | None) -> None:
    view = json.dumps({"action": action, "message": message})
    connection.execute(
        sa.text(
            "INSERT INTO revisions (id, session_id, number, summary, view, network_key, curves_key)"
            " VALUES (:id, 's', :number, '{}', :view, 'k', 'k')"
        ),
        {"id": name, "number": len(name), "view": view},
    )
    connection.execute(
        sa.text(
            "INSERT INTO actions (id, session_id, label, action, state, created_at) "
            " VALUES (:id, 's', 'train', :action, 'done', 't')"
        ),
        {"id": name, "action": json.dumps(action)},
    )


def test_weights_of_single_trainings_go_and_are_told(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'kept.db'}")
    with engine.begin() as connection:
        migrate(connection, "0009")
        connection.execute(sa.text("INSERT INTO datasets (id, view, table_key, created_at) VALUES ('d', '{}', 'k', 't')"))
        connection.execute(
            sa.text(
                "INSERT INTO sessions (id, name, dataset_id, inputs, targets, task, head, created_at, updated_at, revisions,"
                " test_rmse, formula_latex) VALUES ('s', 'n', 'd', '[]', '[]', 'regression', 'r', 't', 't', 1, 0.3, '')"
            )
        )
        _keep(connection, "r", WEIGHED, "Converged.")
        _keep(connection, "rr", EQUAL, None)
    with engine.begin() as connection:
        migrate(connection)
        views = {row[0]: json.loads(row[1]) for row in connection.execute(sa.text("SELECT id, view FROM revisions")).all()}
        actions = [row[0] for row in connection.execute(sa.text("SELECT action FROM actions")).all()]
        assert connection.execute(sa.text("SELECT rows FROM sessions")).scalar_one() is None
    assert views["r"] == {
        "action": {"kind": "train", "steps": 5},
        "message": "Converged. Rows were weighed by the column ‘w’ in this training.",
    }
    assert views["rr"] == {"action": {"kind": "train", "steps": 5}, "message": None}
    assert [ACTION.validate_json(action).label() for action in actions] == ["train · sparse"] * 2
