"""Texts that ask for more than they look: towers, wrapped powers, huge and tiny numbers, long sums, deep nesting."""

from __future__ import annotations

from hypothesis import strategies as st

NUMBERS = ("0", "1", "2", "9", "0.5", "100", "99", "1e12", "1e-300", "1e308", "123456789.123456789", "0.1", "7", "pi", "e")
POWERS = ("^100", "^-100", "^99", "^(1/3)", "^0.5", "^9^9", "^(9^9^9)", "^-1", "^1e5", "^3")
NAMES = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs", "gaussian", "sigmoid", "softplus", "J0", "arcsin", "sinc")
PAIRS = ("max", "min", "mod", "hypot", "atan2")


def texts(variables: tuple[str, ...], calls: tuple[str, ...] = NAMES) -> st.SearchStrategy[str]:
    """Expressions in these variables, most of them readable."""
    leaves = st.sampled_from(variables * 3 + NUMBERS)

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({}){}".format, inner, st.sampled_from(POWERS)),
            st.builds("({}){}({})".format, inner, st.sampled_from(("+", "-", "*", "/", "^")), inner),
            st.builds("{}({})".format, st.sampled_from(calls), inner),
            st.builds("{}(1e5*{})".format, st.sampled_from(calls), inner),
            st.builds("1/({})".format, inner),
            st.builds("{}({}, {})".format, st.sampled_from(PAIRS), inner, inner),
            st.builds("where({} > {}, {}, {})".format, inner, inner, inner, inner),
            st.builds(_paired, inner, st.sampled_from(PAIRS), st.sampled_from(variables), st.integers(1, 40)),
            st.builds(_wrapped, inner, st.sampled_from(POWERS), st.integers(1, 40)),
            st.builds(_called, inner, st.sampled_from(calls), st.integers(1, 40)),
            st.builds(_repeated, inner, st.sampled_from(("+", "*", "-", "/")), st.integers(1, 60)),
        )

    return st.recursive(leaves, larger, max_leaves=12)


def _wrapped(inner: str, power: str, times: int) -> str:
    return "(" * times + inner + f"){power}" * times


def _called(inner: str, name: str, times: int) -> str:
    return f"{name}(" * times + inner + ")" * times


def _paired(inner: str, name: str, other: str, times: int) -> str:
    return f"{name}({other}, " * times + inner + ")" * times


def _repeated(inner: str, sign: str, times: int) -> str:
    return sign.join([inner] * times)
