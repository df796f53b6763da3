"""sympy expressions as numpy expressions, and the helper functions numpy lacks.

A printer of our own keeps the closed list of functions closed: what it does not know it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy

from kan_core.errors import FormulaError

_NAMES: Mapping[type[sympy.Basic], str] = {
    **{function: f"np.{function.__name__}" for function in (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan)},
    **{function: f"np.{function.__name__}" for function in (sympy.sinh, sympy.cosh, sympy.tanh, sympy.sign)},
    sympy.asin: "np.arcsin",
    sympy.acos: "np.arccos",
    sympy.atan: "np.arctan",
    sympy.asinh: "np.arcsinh",
    sympy.acosh: "np.arccosh",
    sympy.atanh: "np.arctanh",
    sympy.Abs: "np.abs",
    sympy.erf: "erf",
    sympy.sinc: "sinc",
}
_RECIPROCALS: Mapping[type[sympy.Basic], str] = {
    sympy.cot: "np.tan",
    sympy.sec: "np.cos",
    sympy.csc: "np.sin",
    sympy.coth: "np.tanh",
    sympy.sech: "np.cosh",
    sympy.csch: "np.sinh",
}

HELPERS: Mapping[str, tuple[str, ...]] = {
    "erf": (
        "def erf(u):",
        '    """Error function."""',
        "    import math",
        "",
        "    return np.vectorize(math.erf, otypes=[float])(u)",
    ),
    "sinc": ("def sinc(u):", '    """sin(u)/u, 1 at 0."""', "    return np.sinc(u / np.pi)"),
    "bessel": (
        "def bessel(order, u):",
        '    """Bessel function of the first kind by the midpoint rule on its integral, exact to rounding."""',
        "    u = np.asarray(u, dtype=float)",
        "    points = 64 + int(2 * np.nanmax(np.abs(u), initial=0.0))",
        "    theta = (np.arange(points) + 0.5) * (np.pi / points)",
        "    return np.cos(order * theta - u[..., None] * np.sin(theta)).mean(axis=-1)",
    ),
}


def numpy_text(expression: sympy.Basic, names: Mapping[str, str]) -> str:
    """The expression with every digit; operands are bracketed generously.

    Args:
        expression: of the closed list of functions.
        names: identifier of each symbol's name.

    Raises:
        FormulaError: a function that is not known.
    """
    if isinstance(expression, sympy.Symbol):
        return names[expression.name]
    if expression is sympy.nan:
        return "np.nan"
    if expression.is_number and not expression.args:
        return _number(expression)
    parts = [numpy_text(argument, names) for argument in expression.args]
    if isinstance(expression, sympy.Add):
        return "(" + " + ".join(parts) + ")"
    if isinstance(expression, sympy.Mul):
        return "(" + " * ".join(parts) + ")"
    if isinstance(expression, sympy.Pow):
        return _power(expression, *parts)
    if isinstance(expression, sympy.UnevaluatedExpr):
        return parts[0]
    return _function(expression, parts)


def helper_lines(texts: Sequence[str]) -> list[str]:
    """Definitions of the helpers that occur in the texts."""
    lines: list[str] = []
    for name, definition in HELPERS.items():
        if any(f"{name}(" in text.replace(f"np.{name}(", "") for text in texts):
            lines += ["", *definition, ""]
    return lines


def _number(value: sympy.Basic) -> str:
    if isinstance(value, sympy.Integer):
        return f"({int(value)}.0)" if value < 0 else f"{int(value)}.0"
    if isinstance(value, sympy.Rational):
        return f"({int(value.p)} / {int(value.q)})"
    if value in (sympy.pi, sympy.E):
        return "np.pi" if value == sympy.pi else "np.e"
    text = repr(float(value))  # type: ignore[arg-type]
    return f"({text})" if text.startswith("-") else text


def _power(power: sympy.Pow, base: str, exponent: str) -> str:
    p = power.exp
    if p == sympy.S.Half:
        return f"np.sqrt({base})"
    if p == -sympy.S.Half:
        return f"(1.0 / np.sqrt({base}))"
    if isinstance(p, sympy.Integer):
        return f"{base} ** {int(p)}" if int(p) > 0 else f"(1.0 / {base} ** {-int(p)})"
    return f"({base} ** {exponent})"


def _function(expression: sympy.Basic, parts: Sequence[str]) -> str:
    if isinstance(expression, sympy.besselj):
        return f"bessel({int(expression.args[0])}, {parts[1]})"  # type: ignore[call-overload]
    if expression.func in _RECIPROCALS:
        return f"(1.0 / {_RECIPROCALS[expression.func]}({parts[0]}))"
    name = _NAMES.get(expression.func)
    if name is None:
        raise FormulaError(f"{expression.func.__name__} cannot be written as numpy code")
    return f"{name}({', '.join(parts)})"
