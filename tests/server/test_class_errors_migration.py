"""Revisions of classes that were kept with the errors of numbers are mended when the database is brought up to date."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from server.store.database import migrate

OLD = {
    "train_rmse": 0.2, "test_rmse": 0.3, "test_nrmse": 1.0, "r2_test": -694.0, "network_formula": 0.0, "data_formula": 0.3,
    "rows_train": 80, "rows_test": 20,
}  # fmt: skip
CLASSES = {**OLD, "accuracy_test": 0.95, "cross_entropy_test": 0.12}
LOSSES = [{"step": 1, "train_rmse": 0.2, "test_rmse": 0.3}]


def _keep(connection: sa.Connection, name: str, task: str, metrics: dict[str, float]) -> None:
    view = json.dumps({"metrics": metrics, "losses": LOSSES})
    summary = json.dumps({"id": f"r-{name}", "test_rmse": 0.3})
    connection.execute(
        sa.text(
            "INSERT INTO sessions (id, name, dataset_id, inputs, targets, task, head, created_at, updated_at, revisions,"
            " test_rmse, formula_latex) VALUES (:name, 'n', 'd', '[]', '[]', :task, :head, 't', 't', 1, 0.3, '')"
        ),
        {"name": name, "task": task, "head": f"r-{name}"},
    )
    connection.execute(
        sa.text(
            "INSERT INTO revisions (id, session_id, number, summary, view, network_key, curves_key)"
            " VALUES (:id, :session, 0, :summary, :view, 'k', 'k')"
        ),
        {"id": f"r-{name}", "session": name, "summary": summary, "view": view},
    )


def test_errors_of_numbers_go_from_revisions_of_classes_and_stay_where_numbers_are_learned(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'kept.db'}")
    with engine.begin() as connection:
        migrate(connection, "0007")
        connection.execute(sa.text("INSERT INTO datasets (id, view, table_key, created_at) VALUES ('d', '{}', 'k', 't')"))
        _keep(connection, "classes", "classification", CLASSES)
        _keep(connection, "numbers", "regression", OLD)
    with engine.begin() as connection:
        migrate(connection)
        rows = connection.execute(sa.text("SELECT session_id, view, summary, bytes FROM revisions")).all()
        kept = {row[0]: (json.loads(row[1]), json.loads(row[2]), row[3], len(row[1]) + len(row[2])) for row in rows}
        heads = {row[0]: row[1] for row in connection.execute(sa.text("SELECT id, accuracy_test FROM sessions")).all()}
    view, summary, size, length = kept["classes"]
    assert view["metrics"] == {"rows_train": 80, "rows_test": 20, "accuracy_test": 0.95, "cross_entropy_test": 0.12}
    assert view["losses"] == []
    assert summary == {"id": "r-classes", "accuracy_test": 0.95, "cross_entropy_test": 0.12}
    assert size == length
    assert kept["numbers"][0] == {"metrics": OLD, "losses": LOSSES}
    assert kept["numbers"][1] == {"id": "r-numbers", "test_rmse": 0.3}
    assert heads == {"classes": 0.95, "numbers": None}
