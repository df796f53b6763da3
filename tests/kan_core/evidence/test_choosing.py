"""Which rows judge: by what is in them, copies and groups on one side."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from kan_core.errors import DataError
from kan_core.evidence.choosing import Chosen, Judging, choose_rows, kept_back
from kan_core.training.data import Table, make_table


def table_of(rows: int, seed: int = 0) -> Table:
    values = torch.rand(rows, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return make_table(values[:, :3], values[:, 3:])


def content(table: Table) -> torch.Tensor:
    return torch.cat([table.inputs, table.targets], 1)


def judging(chosen: Chosen) -> set[tuple[float, ...]]:
    """The rows that judge, by a number that no other row has."""
    return {tuple(row) for row in chosen.split.test.inputs[:, :1].tolist()}


def test_the_same_rows_judge_whatever_columns_are_chosen_and_in_whatever_order_they_come() -> None:
    table = table_of(200)
    whole = content(table).numpy()
    first = choose_rows(table, content=whole)
    fewer = choose_rows(make_table(table.inputs[:, :1], table.inputs[:, 2:]), content=whole)
    assert judging(first) == judging(fewer)
    order = torch.randperm(200, generator=torch.Generator().manual_seed(1))
    assert judging(choose_rows(table.take(order), content=whole[order.numpy()])) == judging(first)
    in_single = choose_rows(make_table(table.inputs.float().double(), table.targets.float().double()))
    assert {round(row[0], 5) for row in judging(in_single)} == {round(row[0], 5) for row in judging(first)}


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_so_many_rows_judge_as_were_asked_for(share: float) -> None:
    chosen = choose_rows(table_of(200), Judging(kind="share", share=share))
    assert chosen.split.test.rows == round(200 * share)
    assert chosen.split.train.rows + chosen.split.test.rows == 200


def test_copies_stay_on_one_side_and_are_counted() -> None:
    table = table_of(150)
    places = torch.arange(150).repeat(2)
    chosen = choose_rows(table.take(places))
    assert (chosen.copies, chosen.units) == (150, 150)
    fitted = {tuple(row) for row in chosen.split.train.inputs.tolist()}
    assert not fitted & {tuple(row) for row in chosen.split.test.inputs.tolist()}
    # A column that counts the rows makes no copy another row.
    numbered = torch.cat([content(table.take(places)), torch.arange(300).double().unsqueeze(1)], 1)
    assert choose_rows(table.take(places), content=numbered.numpy()).copies == 150


def test_groups_stay_whole() -> None:
    table, sites = table_of(240), torch.arange(240) % 12
    sites = sites.double()
    chosen = choose_rows(replace(table, inputs=torch.cat([table.inputs, sites.unsqueeze(1)], 1)), groups=sites)
    fitted, judge = (set(part.inputs[:, 3].tolist()) for part in (chosen.split.train, chosen.split.test))
    assert not fitted & judge
    assert chosen.units == 12
    assert chosen.split.test.rows == 40


def test_few_rows_are_cross_validated_and_so_are_laws_of_many() -> None:
    few = choose_rows(table_of(60))
    assert few.kind == "cross_validation"
    assert few.split.units is not None
    assert few.split.test is few.split.train
    assert few.split.laws is None
    many = choose_rows(table_of(100))
    assert many.kind == "share"
    assert many.split.units is None
    assert many.split.for_laws.train.rows == 100
    assert many.split.for_laws.units is not None
    assert choose_rows(table_of(300), Judging(kind="share", share=0)).kind == "cross_validation"
    inner = kept_back(few.split)
    assert (inner.train.rows, inner.test.rows) == (48, 12)


def test_rows_that_a_person_names_are_kept_from_every_fit() -> None:
    table = table_of(50)
    named = torch.arange(50) % 10 == 0
    for chosen in (choose_rows(table, Judging(kind="rows"), named=named), choose_rows(table, Judging(kind="last", share=0.1))):
        assert chosen.split.test.rows == 5
        assert chosen.split.for_laws is chosen.split
    assert torch.equal(choose_rows(table, Judging(kind="last", share=0.1)).split.test.inputs, table.inputs[45:])
    with pytest.raises(DataError, match="no row judges"):
        choose_rows(table, Judging(kind="rows"), named=torch.zeros(50))
    with pytest.raises(DataError, match="none is left to fit"):
        choose_rows(table, Judging(kind="rows"), named=torch.ones(50))
    with pytest.raises(DataError, match=r"0 to 0\.5"):
        choose_rows(table, Judging(kind="share", share=0.8))


def test_rows_without_weight_neither_fit_nor_judge_and_weights_go_with_their_rows() -> None:
    table = table_of(200)
    weights = torch.arange(200).double() % 4
    chosen = choose_rows(make_table(table.inputs, table.targets, weights))
    assert chosen.split.train.rows + chosen.split.test.rows == 150
    weighed = chosen.split.every.weights
    assert weighed is not None
    assert float(weighed.sum()) == pytest.approx(150)


def test_a_single_row_or_group_is_all_there_is() -> None:
    assert choose_rows(table_of(1)).kind == "all"
    assert choose_rows(table_of(9), groups=torch.zeros(9)).kind == "all"
