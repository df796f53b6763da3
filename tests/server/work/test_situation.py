import numpy as np
import pytest
import torch

from kan_core.training.data import Table
from kan_core.training.screen import some_rows
from server.tables.errors import TableError
from server.work.result import TableData, WorkError
from server.work.situation import rows_of, situation_of


def test_the_split_depends_on_the_content_only(bench):
    first = rows_of(bench.law(np.hypot))
    again = rows_of(bench.law(np.hypot))
    assert torch.equal(first.split.test.inputs, again.split.test.inputs)
    other = rows_of(bench.law(np.hypot, seed=1))
    assert first.seed != other.seed


def test_a_fifth_of_the_rows_is_held_out_and_none_is_lost(bench):
    table = bench.law(np.hypot, rows=101)
    split = rows_of(table).split
    assert (split.train.rows, split.test.rows) == (81, 20)
    everything = torch.cat([split.train.inputs, split.test.inputs])
    assert len(torch.unique(everything, dim=0)) == 101


def test_columns_come_in_the_order_in_which_they_were_chosen(bench):
    table = bench.table([[1, 2, 3], [4, 5, 7], [7, 8, 8]], 2, ["a", "b", "c"], ["m", None, "s"])
    turned = rows_of(TableData(table.key, table.content, ("c", "a"), ("b",)))
    assert turned.units == ("s", "m", None)
    rows = torch.cat([turned.split.train.inputs, turned.split.test.inputs])
    assert sorted(rows[:, 0].tolist()) == [3, 7, 8]


@pytest.mark.parametrize(
    ("inputs", "targets", "error"),
    [((), ("c",), WorkError), (("a",), (), WorkError), (("a", "a"), ("c",), WorkError), (("a",), ("z",), TableError)],
)
def test_impossible_choices_of_columns_are_refused(bench, inputs, targets, error):
    table = bench.table([[1, 2, 3], [4, 5, 7]], 2, ["a", "b", "c"])
    with pytest.raises(error):
        rows_of(TableData(table.key, table.content, inputs, targets))


def test_without_a_network_or_table_there_is_a_sentence(bench):
    with pytest.raises(WorkError, match="no network"):
        situation_of(None, bench.law(np.hypot))
    with pytest.raises(WorkError, match="no dataset"):
        rows_of(None)


def test_some_rows_keep_the_first_and_the_last():
    table = Table(torch.arange(100.0).reshape(-1, 1), torch.zeros((100, 1)))
    assert some_rows(table, 3).inputs.flatten().tolist() == [0, 50, 99]
    assert some_rows(table, 100) is table
