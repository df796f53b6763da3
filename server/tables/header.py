"""Which lines of a table are names, units and descriptions, and where the numbers begin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from server.tables.dialect import split_line
from server.tables.numerals import is_missing, is_number

_SAMPLE = 40
_MOST_HEADER_ROWS = 6
_LONGEST_NAME = 80
_LONGEST_UNIT = 24
_IN_BRACKETS = re.compile(r"^(?P<name>.*\S)\s*\[(?P<unit>[^\[\]]*)\]$")
_IN_PARENTHESES = re.compile(r"^(?P<name>.*\S)(?P<gap>\s*)\((?P<unit>[^()]*)\)$")
_AFTER_SLASH = re.compile(r"^(?P<name>.*\S)\s+/\s+(?P<unit>\S+)$")
_PLAIN_UNITS = """
    m mm cm km nm µm um s ms µs us ns min h d a yr g mg kg t K °C °F C N kN J kJ W kW MW V mV kV A mA Ω ohm F H T Pa hPa kPa MPa
    bar mbar mmHg Hz kHz MHz GHz rad deg ° % mol mol/l l L ml m/s km/h m/s² m/s^2 m/s2 m² m³ m^2 m^3 m2 m3 kg/m³ kg/m3 g/cm³ eV
    keV MeV GeV AU pc kpc Mpc ly km/s lx dB ppm 1 -
"""


@dataclass(frozen=True)
class Header:
    """Names and units of the columns, the row of the frame where the numbers begin, and what was decided, in words."""

    names: list[str]
    units: list[str | None]
    start: int
    nameless: frozenset[int] = frozenset()
    notes: list[str] = field(default_factory=list[str])


def find_header(rows: list[list[str]], comments: list[str], delimiter: str, header: bool | None) -> Header:
    """Find the header in the first rows of a table.

    Args:
        rows: the first rows as text cells, all equally long.
        comments: comment lines before them; the last may hold the names, as numpy writes them.
        delimiter: splits such a comment.
        header: the person's decision whether there is a header, None to find out.
    """
    width = len(rows[0])
    start = _first_numbers(rows) if header is None else _forced_start(rows, header)
    if start == 0:
        named = _names_from_comment(comments, delimiter, width) if header is None else None
        if named is not None:
            return _finish(named, [None] * width, 0, ["Column names were taken from the last comment line."])
        names = [f"x{place + 1}" for place in range(width - 1)] + ["y"]
        return Header(names, [None] * width, 0, notes=["No header: columns were named in order."])
    head = rows[:start]
    filled = [sum(1 for cell in row if cell.strip()) for row in head]
    place = filled.index(max(filled))
    notes = [f"Line ‘{' '.join(row).strip()[:60]}’ above the header was taken as a title." for row in head[:place]]
    units: list[str | None] = [None] * width
    described = False
    for row in head[place + 1 :]:
        if not described and _are_units(row):
            units = [_bare_unit(cell) for cell in row]
            described = True
        else:
            notes.append(f"Line ‘{' · '.join(row)[:60]}’ below the header was taken as a description.")
    return _finish(head[place], units, start, notes)


def _forced_start(rows: list[list[str]], header: bool) -> int:
    return max(1, _first_numbers(rows)) if header and len(rows) > 1 else 0


def _first_numbers(rows: list[list[str]]) -> int:
    """Index of the first row that is data: at least half of its cells in numeric columns are numbers; 0 when unclear."""
    body = rows[4:_SAMPLE] if len(rows) >= 8 else rows[len(rows) // 3 :] if len(rows) > 1 else rows
    numeric = [place for place in range(len(rows[0])) if _mostly_numbers([row[place] for row in body])]
    if not numeric:
        return 1
    for index, row in enumerate(rows[: _MOST_HEADER_ROWS + 1]):
        cells = [row[place] for place in numeric if not is_missing(row[place])]
        if cells and sum(map(is_number, cells)) >= 0.5 * len(cells):
            return index
    return 1


def _mostly_numbers(cells: list[str]) -> bool:
    given = [cell for cell in cells if not is_missing(cell)]
    return bool(given) and sum(map(is_number, given)) >= 0.5 * len(given)


def _names_from_comment(comments: list[str], delimiter: str, width: int) -> list[str] | None:
    if not comments:
        return None
    fields = [cell.strip() for cell in split_line(comments[-1], delimiter)]
    if len(fields) != width or any(not cell or is_number(cell) for cell in fields):
        return None
    return fields


def _are_units(row: list[str]) -> bool:
    return all(len(cell.strip()) <= _LONGEST_UNIT for cell in row) and any(cell.strip() for cell in row)


def _bare_unit(cell: str) -> str | None:
    """`[m]`, `(m)` or `m` → `m`; nothing or a dash → None."""
    text = cell.strip()
    if len(text) >= 2 and text[0] + text[-1] in ("[]", "()", "<>"):
        text = text[1:-1].strip()
    return None if text in ("", "-", "–", "—", "1", "none", "[-]") else text


def _split_unit(text: str) -> tuple[str, str | None]:
    """`name [unit]`, `name (unit)`, `name / unit` → name, unit. `log(x)` stays a name: `x` is no unit."""
    if match := _IN_BRACKETS.match(text):
        return match["name"], _bare_unit(match["unit"])
    match = _IN_PARENTHESES.match(text)
    if match and (match["gap"] or match["unit"].strip() in _PLAIN_UNITS.split()) and len(match["unit"]) <= _LONGEST_UNIT:
        return match["name"], _bare_unit(match["unit"])
    match = _AFTER_SLASH.match(text)
    if match and len(match["unit"]) <= _LONGEST_UNIT:
        return match["name"], _bare_unit(match["unit"])
    return text, None


def _clean(text: str) -> str:
    """One line of printable characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST_NAME].strip()


def _finish(names: list[str], units: list[str | None], start: int, notes: list[str]) -> Header:
    """Take units out of the names, fill empty names and number equal ones."""
    result: list[str] = []
    nameless: set[int] = set()
    notes = list(notes)
    taken = {_clean(name) for name in names}
    for place, raw in enumerate(names):
        name, unit = _split_unit(_clean(raw))
        units = [*units[:place], units[place] or unit, *units[place + 1 :]]
        if not name:
            nameless.add(place)
            name = f"column_{place + 1}"
        unique = name
        suffix = 2
        while unique in result or (unique != name and unique in taken):
            unique = f"{name}_{suffix}"
            suffix += 1
        if unique != name:
            notes.append(f"A second column named ‘{name}’ was renamed ‘{unique}’.")
        result.append(unique)
    return Header(result, units, start, frozenset(nameless), notes)
