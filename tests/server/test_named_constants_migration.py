"""Histories from before constants had names are read as before."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from server.contract.actions import ACTION, SetConstants
from server.store.database import migrate

SNAP = {"kind": "snap", "parent": "r0", "values": [{"constant": 2, "value": "pi/2"}]}


def test_a_kept_snap_is_an_action_that_this_version_reads(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'kept.db'}")
    with engine.begin() as connection:
        migrate(connection, "0008")
        connection.execute(sa.text("INSERT INTO datasets (id, view, table_key, created_at) VALUES ('d', '{}', 'k', 't')"))
        connection.execute(
            sa.text(
                "INSERT INTO sessions (id, name, dataset_id, inputs, targets, created_at, updated_at, revisions, test_rmse,"
                " formula_latex) VALUES ('s', 'n', 'd', '[]', '[]', 't', 't', 1, 0.3, '')"
            )
        )
        for name, action in (("snapped", SNAP), ("other", {"kind": "refit"})):
            connection.execute(
                sa.text(
                    "INSERT INTO revisions (id, session_id, number, summary, view, network_key, curves_key)"
                    " VALUES (:id, 's', :number, :summary, :view, 'k', 'k')"
                ),
                {
                    "id": name,
                    "number": len(name),
                    "summary": json.dumps({"kind": action["kind"]}),
                    "view": json.dumps({"action": action, "label": "as it was"}),
                },
            )
            connection.execute(
                sa.text(
                    "INSERT INTO actions (id, session_id, label, action, state, created_at)"
                    " VALUES (:id, 's', 'l', :action, 'done', 't')"
                ),
                {"id": name, "action": json.dumps(action)},
            )
    with engine.begin() as connection:
        migrate(connection)
        views = {row[0]: json.loads(row[1]) for row in connection.execute(sa.text("SELECT id, view FROM revisions")).all()}
        summaries = {row[0]: row[1] for row in connection.execute(sa.text("SELECT id, summary FROM revisions")).all()}
        sizes = {row[0]: row[1] for row in connection.execute(sa.text("SELECT id, bytes FROM revisions")).all()}
        actions = {row[0]: json.loads(row[1]) for row in connection.execute(sa.text("SELECT id, action FROM actions")).all()}
    for kept in (views["snapped"]["action"], actions["snapped"]):
        action = ACTION.validate_python(kept)
        assert isinstance(action, SetConstants)
        assert [(change.name, change.exact) for change in action.changes] == [("c3", "pi/2")]
        assert action.parent == "r0"
    assert views["snapped"]["label"] == "as it was"
    assert sizes["snapped"] == len(json.dumps(views["snapped"])) + len(summaries["snapped"])
    assert json.loads(summaries["snapped"]) == {"kind": "set_constants"}
    assert views["other"] == {"action": {"kind": "refit"}, "label": "as it was"}
    assert actions["other"] == {"kind": "refit"}
