"""Names of people: one readable line, whatever was sent."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.contract.people import LONGEST_NAME, PERSON


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada \t  Lovelace\n", "Ada Lovelace"),
        ("Ada\x00\x1b[31m", "Ada[31m"),
        ("\u202eadA\u2066", "adA"),
        ("Ada\u2028Lovelace", "Ada Lovelace"),
        ("e\u0301", "\u00e9"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("<b>Ada</b>", "<b>Ada</b>"),
    ],
)
def test_a_name_is_one_line_of_visible_letters(given: str, kept: str) -> None:
    assert PERSON.validate_python(given) == kept


@pytest.mark.parametrize("given", ["", "   ", "\u200b\u200d", "\u202e", "\u0301", None, "\ud800"])
def test_nothing_to_read_is_no_name(given: str | None) -> None:
    assert PERSON.validate_python(given) is None


@pytest.mark.parametrize("given", ["a" * (LONGEST_NAME + 1), 7, ["Ada"], {"name": "Ada"}])
def test_a_long_name_or_something_else_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        PERSON.validate_python(given)


def test_a_name_is_measured_as_it_is_read() -> None:
    assert PERSON.validate_python(" " * 100 + "a" * LONGEST_NAME) == "a" * LONGEST_NAME
