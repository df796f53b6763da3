"""Exact numbers are named where the rows pin them down, and hardly ever where there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kan_core.evidence.exact_numbers import ExactOptions, exact_numbers
from kan_core.expression.exact import exact_value, read_exact

WRITTEN = {
    "2": 2.0, "3": 3.0, "1/2": 0.5, "1/3": 1 / 3, "3/2": 1.5, "pi": math.pi, "2*pi": 2 * math.pi, "pi/2": math.pi / 2,
    "4*pi/3": 4 * math.pi / 3, "sqrt(2)": math.sqrt(2), "e": math.e, "sqrt(pi)": math.sqrt(math.pi),
    "1/sqrt(2*pi)": 1 / math.sqrt(2 * math.pi), "1/9.81": 1 / 9.81, "9.81": 9.81, "-pi": -math.pi, "10": 10.0,
    "1.4": 1.4, "0.6": 0.6, "7*pi/5": 7 * math.pi / 5,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), WRITTEN.items())
def test_each_number_is_found_when_it_is_known_to_eight_digits_and_its_text_reads_back(text: str, value: float) -> None:
    found = exact_numbers(value * (1 + 3e-9), abs(value) * 3e-9)[0]
    assert found.text == text
    assert exact_value(read_exact(found.text)) == pytest.approx(value, rel=1e-15)


def test_nothing_is_named_inside_half_of_itself_but_that_the_term_may_go() -> None:
    assert [one.text for one in exact_numbers(3.1416, 1.57)] == []
    assert [one.text for one in exact_numbers(3.1416, 1.6)] == ["0"]
    for value in np.geomspace(0.05, 50, 60):
        assert {one.text for one in exact_numbers(float(value), 0.5 * float(value))} <= {"0", "1"}
        assert not any("pi" in one.text for one in exact_numbers(float(value), 0.1 * float(value)))


def test_zero_and_one_come_first() -> None:
    assert exact_numbers(0.001, 0.002)[0].text == "0"
    assert exact_numbers(1.004, 0.01)[0].text == "1"
    assert exact_numbers(-0.997, 0.01)[0].text == "-1"
    assert exact_numbers(1.2, 0.3) == []


@pytest.mark.parametrize("error", [math.nan, math.inf])
def test_a_constant_that_the_rows_do_not_determine_is_no_number(error: float) -> None:
    assert exact_numbers(math.pi, error) == []


@pytest.mark.parametrize("relative", [0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-6])
def test_a_constant_that_is_no_exact_number_is_taken_for_one_in_a_twentieth_of_all_cases_at_most(relative: float) -> None:
    random = np.random.default_rng(1)
    drawn = 10 ** random.uniform(-2, 2, 400)
    fitted = drawn * (1 + relative * random.normal(size=len(drawn)))
    named = [exact_numbers(value, relative * size) for value, size in zip(fitted.tolist(), drawn.tolist(), strict=True)]
    others = [[one for one in numbers if one.value not in (0.0, 1.0)] for numbers in named]
    assert np.mean([bool(numbers) for numbers in others]) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / len(drawn))
    ones = np.mean([any(one.value == 1 for one in numbers) for numbers in named])
    assert ones <= 0.1


@pytest.mark.parametrize(("text", "relative"), [("pi", 0.005), ("2", 0.003), ("1/2", 0.01), ("2*pi", 0.002), ("9.81", 1e-6)])
def test_an_exact_number_is_found_wherever_it_lies_within_two_standard_errors(text: str, relative: float) -> None:
    value = exact_value(read_exact(text))
    random = np.random.default_rng(2)
    fitted = value * (1 + relative * random.normal(size=200))
    found = [any(one.text == text for one in exact_numbers(each, relative * value)) for each in fitted.tolist()]
    assert np.mean(found) > 0.9


@pytest.mark.parametrize("noise", [0.001, 0.03, 0.3])
@pytest.mark.parametrize("rows", [20, 200, 1000])
def test_on_simulated_rows_errors_are_those_of_the_constants_that_are_named(noise: float, rows: int) -> None:
    """y = a·x + noise: whatever is named for a drawn a is seldom named, and an a of 2 is named once the rows allow it."""
    random = np.random.default_rng(rows)
    wrong = right = allowed = 0
    for _ in range(100):
        x = random.uniform(0.5, 2, rows)
        spread = noise * 2 * x.std()
        drawn = 10 ** random.uniform(-1, 1)
        for true in (drawn, 2.0):
            y = true * x + noise * abs(true) * x.std() * random.normal(size=rows)
            value = float(x @ y / (x @ x))
            error = float(np.sqrt(np.square(y - value * x).sum() / (rows - 1) / (x @ x)))
            named = [one.text for one in exact_numbers(value, error) if one.value not in (0.0, 1.0)]
            if true == 2.0:
                allowed += error < 0.01
                right += error < 0.01 and "2" in named
            else:
                wrong += bool(named)
        assert spread > 0
    assert wrong / 100 < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 100)
    assert right >= 0.88 * allowed


def test_more_digits_are_named_only_where_they_are_asked_for_and_pinned_down() -> None:
    assert exact_numbers(8.314, 1e-9) == []
    digits = ExactOptions(digits=5)
    assert [one.text for one in exact_numbers(8.314, 1e-9, digits)] == ["8.314"]
    assert exact_numbers(8.314, 1e-2, digits) == []
    assert exact_numbers(1.2345678912, 1e-12, digits) == []
