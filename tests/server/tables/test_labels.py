"""Text labels become classes that can be a target; other text stays out."""

import numpy as np
import pytest

from server.contract.problems import ProblemError
from server.contract.rest import CreateSession
from server.sessions.tasks import task_of
from server.tables.read import read_table
from server.tables.table import StoredTable

IRIS = "length,width,species\n" + "".join(f"{n}.5,{n * n},{'setosa' if n % 2 else 'virginica'}\n" for n in range(1, 13))


def test_text_labels_are_the_target_when_they_stand_last():
    read = read_table(IRIS.encode())
    roles = {column.name: column.role for column in read.view.columns}
    assert roles == {"length": "input", "width": "input", "species": "target"}
    species = read.view.columns[2]
    assert species.labels == ["setosa", "virginica"]
    assert "2 text labels" in species.note
    again = StoredTable.from_bytes(read.table.to_bytes())
    assert again.labels_of("species") == ("setosa", "virginica")
    assert again.labels_of("length") == ()
    assert again.select(["species"])[:3, 0].tolist() == [0.0, 1.0, 0.0]


def test_a_table_without_labels_keeps_its_address():
    plain = StoredTable(("x", "y"), (None, None), np.arange(6.0).reshape(3, 2))
    assert b"labels" not in plain.to_bytes()


def test_text_that_does_not_come_again_is_no_class():
    text = "x,y,name\n" + "".join(f"{n},{n * n % 7},row{n}\n" for n in range(1, 13))
    name = read_table(text.encode()).view.columns[2]
    assert not name.usable
    assert name.labels == []


def test_whole_numbers_name_their_classes():
    text = "x,grade\n" + "".join(f"{n * 0.7},{n % 3}\n" for n in range(1, 13))
    columns = read_table(text.encode()).view.columns
    assert columns[1].labels == ["0", "1", "2"]
    assert columns[0].labels == []


def wanted(**fields) -> CreateSession:
    return CreateSession(**({"dataset": "d", "inputs": ["length", "width"], "targets": ["species"]} | fields))


def test_the_task_follows_the_target_unless_it_is_asked_for():
    view = read_table(IRIS.encode()).view
    assert task_of(wanted(), view) == "classification"
    assert task_of(wanted(inputs=["length"], targets=["width"]), view) == "regression"
    grades = read_table(("x,pass\n" + "".join(f"{n * 0.7},{n % 2}\n" for n in range(1, 13))).encode()).view
    assert task_of(wanted(inputs=["x"], targets=["pass"]), grades) == "classification"
    assert task_of(wanted(inputs=["x"], targets=["pass"], task="regression"), grades) == "regression"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"inputs": ["species"], "targets": ["width"]}, "not an input"),
        ({"task": "regression"}, "no numbers"),
        ({"inputs": ["length"], "targets": ["width", "species"]}, "one target"),
        ({"inputs": ["length"], "targets": ["width"], "task": "classification"}, "has no classes"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_a_reason(fields, message):
    with pytest.raises(ProblemError) as raised:
        task_of(wanted(**fields), read_table(IRIS.encode()).view)
    assert message in raised.value.problem.detail
