"""Samples made from formulas that the KAN papers use."""

from __future__ import annotations

import numpy as np
import torch

from kan_core.primitives.library import get_primitive
from kan_core.science.sample import MADE, Column, Rows, Sample, made

_KAN = "Liu et al., KAN: Kolmogorov-Arnold Networks, arXiv:2404.19756"


def _toy(x: Rows, y: Rows) -> Rows:
    return np.exp(np.sin(np.pi * x) + y**2)


def _four(x1: Rows, x2: Rows, x3: Rows, x4: Rows) -> Rows:
    return np.exp((np.sin(np.pi * (x1**2 + x2**2)) + np.sin(np.pi * (x3**2 + x4**2))) / 2)


def _bessel(x: Rows) -> Rows:
    # torch.special.bessel_j0 is only good to 2e-7; the library's J0 is exact to rounding.
    return get_primitive("J0").evaluate(torch.from_numpy(20 * x)).numpy()


TOY = Sample(
    name="toy",
    title="Toy: two inputs",
    summary="A sine and a square inside an exponential: the first example of the KAN paper, solved in four clicks.",
    inputs=(Column("x"), Column("y")),
    targets=(Column("z"),),
    make=made([(-1, 1), (-1, 1)], _toy, 1000),
    formula_hint=r"z = e^{\sin(\pi x) + y^2}",
    source=f"{_KAN}, eq. 2.10",
    licence=MADE,
)
FOUR_VARIABLES = Sample(
    name="four_variables",
    title="Four inputs, two layers deep",
    summary="Squares inside sines inside an exponential: needs two hidden layers, such as [4, 4, 2, 1].",
    inputs=(Column("x1"), Column("x2"), Column("x3"), Column("x4")),
    targets=(Column("y"),),
    make=made([(-1, 1)] * 4, _four, 3000),
    formula_hint=r"y = \exp\!\left(\tfrac12\left[\sin\pi(x_1^2+x_2^2)+\sin\pi(x_3^2+x_4^2)\right]\right)",
    source=f"{_KAN}, section 3.1",
    licence=MADE,
)
BESSEL = Sample(
    name="bessel",
    title="Bessel function",
    summary="One input, many oscillations: needs a fine grid before the curve shows what it is.",
    inputs=(Column("x"),),
    targets=(Column("y"),),
    make=made([(0, 1)], _bessel, 1000),
    formula_hint=r"y = J_0(20\,x)",
    source=f"{_KAN}, section 3.1",
    licence=MADE,
)
