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


@pytest.mark.parametrize(
    "labels",
    [
        ("2", "10", "some", "strong", "weak"),
        ("day 2", "day 10", "day 10b", "night 1"),
        ("0.25 mM", "0.5 mM", "10 mM", "control"),
        ("a001", "a01", "a1"),
    ],
)
def test_numbers_in_labels_are_sorted_by_size(labels):
    cells = sorted(labels) * 3
    text = "x,kind\n" + "".join(f"{n * n * 0.5},{cell}\n" for n, cell in enumerate(cells))
    read = read_table(text.encode())
    assert read.view.columns[1].labels == list(labels)
    places = read.table.select(["kind"])[:, 0]
    assert [labels[int(place)] for place in places] == cells


def roles_of(header, *cells):
    rows = "".join(",".join(cell(n) for cell in cells) + "\n" for n in range(1, 13))
    return {column.name: column.role for column in read_table((header + "\n" + rows).encode()).view.columns}


def number(n):
    return f"{n}.5"


def square(n):
    return str(n * n)


def lab(n):
    return "ab"[n % 2]


def kind(n):
    return "uvw"[n % 3]


def test_of_several_text_columns_none_becomes_the_target_while_numbers_can():
    roles = roles_of("length,width,lab,kind", number, square, lab, kind)
    assert roles == {"length": "input", "width": "target", "lab": "ignored", "kind": "ignored"}


@pytest.mark.parametrize("header", ["length,lab,kind", "lab,kind,length"])
def test_with_one_column_of_numbers_the_last_text_is_what_is_left_for_a_target(header):
    cells = {"length": number, "lab": lab, "kind": kind}
    roles = roles_of(header, *(cells[name] for name in header.split(",")))
    assert roles == {"length": "input", "lab": "ignored", "kind": "target"}


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
    assert task_of(wanted(inputs=["species"], targets=["width"]), view) == "regression"
    grades = read_table(("x,pass\n" + "".join(f"{n * 0.7},{n % 2}\n" for n in range(1, 13))).encode()).view
    assert task_of(wanted(inputs=["x"], targets=["pass"]), grades) == "classification"
    assert task_of(wanted(inputs=["x"], targets=["pass"], task="regression"), grades) == "regression"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"task": "regression"}, "no numbers"),
        ({"inputs": ["length"], "targets": ["width", "species"]}, "one target"),
        ({"inputs": ["length"], "targets": ["width"], "task": "classification"}, "has no classes"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_a_reason(fields, message):
    with pytest.raises(ProblemError) as raised:
        task_of(wanted(**fields), read_table(IRIS.encode()).view)
    assert message in raised.value.problem.detail
