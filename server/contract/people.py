"""Names that people give themselves, so that others see who changed what. A name is a courtesy, no proof of anything."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter

LONGEST_NAME = 40
# They join letters within words of some scripts and within emoji; all other invisible characters could only mislead.
_JOINERS = frozenset("\u200c\u200d")


def clean_name(value: object) -> object:
    """A text in one line without what is invisible or turns the direction of reading; None when nothing is left to read.

    What is no text is left to the validation that follows.
    """
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFC", value)
    kept = [" " if unicodedata.category(one)[0] == "Z" or one in "\t\r\n" else one for one in plain]
    visible = "".join(one for one in kept if one in _JOINERS or unicodedata.category(one)[0] != "C")
    readable = any(unicodedata.category(one)[0] in "LNPS" for one in visible)
    return " ".join(visible.split()) if readable else None


PersonName = Annotated[Annotated[str, Field(max_length=LONGEST_NAME)] | None, BeforeValidator(clean_name)]
"""Who did something: a cleaned name, or None when it was not said."""

PERSON: TypeAdapter[str | None] = TypeAdapter(PersonName)
