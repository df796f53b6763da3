"""Column names, which are arbitrary text, as LaTeX and as Python identifiers."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_GREEK = {
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi"),
    *("rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
}
_GREEK_LETTERS = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi"),
            *("pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi"),
            *("Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
        ),
        strict=True,
    )
)
GREEK_SIGNS = {name: letter for letter, name in _GREEK_LETTERS.items()}
"""The letter of each Greek name."""
_SPECIAL = {
    "\\": r"\textbackslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum ", "~": r"\textasciitilde ",
}  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """A name that is one mathematical sign with an index, as on paper.

    Attributes:
        letter: a letter, or the English name of a Greek one.
        index: what stands below it; None without one.
    """

    letter: str
    index: str | None


def sign_of(name: str) -> Sign | None:
    """The sign that a name stands for; None for a name of words, which stays as it is written.

    One rule for every place where names are typeset: a letter or a Greek letter, alone or followed by an index (digits, or
    after one underscore letters and digits), is a sign. All else, `flow_rate`, `mass2`, `T (K)`, is a word or several.
    """
    match = re.fullmatch(r"([A-Za-z]+|[^\W\d_])(?:_([A-Za-z0-9]+)|([0-9]+))?", name)
    if match is None:
        return None
    letter = _GREEK_LETTERS.get(match[1], match[1])
    is_letter = letter in _GREEK or (len(letter) == 1 and letter.isascii())
    return Sign(letter, match[2] or match[3]) if is_letter else None


def latex_name(name: str) -> str:
    r"""LaTeX (as KaTeX reads it) of a column name; never any command that the name itself contains.

    x → x, theta → \theta, m_1 and m1 → m_{1}, T_in → T_{\mathrm{in}}, alpha2 → \alpha_{2}, mass → \mathrm{mass},
    flow_rate → \text{flow\_rate}, 'T (K)' → \text{T (K)}.
    """
    sign = sign_of(name)
    if sign is None:
        return f"\\mathrm{{{name}}}" if re.fullmatch(r"[A-Za-z]+", name) else _text(name)
    letter = f"\\{sign.letter}" if sign.letter in _GREEK else sign.letter
    return letter if sign.index is None else f"{letter}_{{{_subscript(sign.index)}}}"


def constant_latex(name: str) -> str:
    r"""LaTeX of a constant: as of any name, with the category or column in its brackets below it, Vm[state] → Vm_{state}."""
    base, bracket, index = name.partition("[")
    return f"{{{latex_name(base)}}}_{{{latex_name(index.removesuffix(']'))}}}" if bracket else latex_name(name)


def has_words(name: str) -> bool:
    """Whether two such names side by side need a sign between them: a gap would read as one more space of the name."""
    return sign_of(name) is None and any(character.isspace() for character in name)


def identifiers(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A distinct Python identifier for each name, the name itself where possible.

    Args:
        names: arbitrary text.
        taken: identifiers that mean something else where the result is used.
    """
    used = set(taken)
    result: list[str] = []
    for position, name in enumerate(names):
        plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") if not name.isidentifier() or not name.isascii() else name
        if not plain:
            plain = f"x{position + 1}"
        if plain[0].isdigit():
            plain = f"x_{plain}"
        candidate = f"{plain}_" if keyword.iskeyword(plain) or plain in used else plain
        number = 2
        while candidate in used:
            candidate = f"{plain}_{number}"
            number += 1
        used.add(candidate)
        result.append(candidate)
    return result


def _subscript(text: str) -> str:
    if text.isdigit() or len(text) == 1:
        return text
    return f"\\{text}" if text in _GREEK else f"\\mathrm{{{text}}}"


def _text(name: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in name)
    return "\\text{" + "".join(_SPECIAL.get(character, character) for character in printable) + "}"
