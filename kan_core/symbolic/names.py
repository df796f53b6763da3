"""Column names, which are arbitrary text, as LaTeX and as Python identifiers."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence

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
_SPECIAL = {
    "\\": r"\textbackslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum ", "~": r"\textasciitilde ",
}  # fmt: skip


def latex_name(name: str) -> str:
    r"""LaTeX (as KaTeX reads it) of a column name; never any command that the name itself contains.

    x → x, theta → \theta, m_1 and m1 → m_{1}, T_in → T_{\mathrm{in}}, 'T (K)' → \text{T (K)}, alpha2 → \alpha_{2}.
    """
    match = re.fullmatch(r"([A-Za-z]+|[^\W\d_])(?:_([A-Za-z0-9]+)|([0-9]+))?", name)
    if match is None:
        return _text(name)
    stem = _stem(match[1])
    if stem is None:
        return _text(name)
    below = match[2] or match[3]
    return stem if below is None else f"{stem}_{{{_subscript(below)}}}"


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


def _stem(word: str) -> str | None:
    """A letter or a Greek name as a mathematical symbol, another word upright; None for other alphabets."""
    if word in _GREEK_LETTERS:
        word = _GREEK_LETTERS[word]
    if word in _GREEK:
        return f"\\{word}"
    if not word.isascii():
        return None
    return word if len(word) == 1 else f"\\mathrm{{{word}}}"


def _subscript(text: str) -> str:
    if text.isdigit() or len(text) == 1:
        return text
    return f"\\{text}" if text in _GREEK else f"\\mathrm{{{text}}}"


def _text(name: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in name)
    return "\\text{" + "".join(_SPECIAL.get(character, character) for character in printable) + "}"
