"""Samples made from laws of physics."""

from __future__ import annotations

import numpy as np

from kan_core.science.sample import MADE, Column, Rows, Sample, made

_FEYNMAN = "The Feynman Lectures on Physics, vol. I"


def _pendulum(length: Rows, gravity: Rows) -> Rows:
    return 2 * np.pi * np.sqrt(length / gravity)


def _velocity(u: Rows, v: Rows) -> Rows:
    return (u + v) / (1 + u * v)


def _gaussian(theta: Rows, sigma: Rows) -> Rows:
    return np.exp(-((theta / sigma) ** 2) / 2) / (np.sqrt(2 * np.pi) * sigma)


def _modulation(a: Rows, b: Rows, theta: Rows) -> Rows:
    return a * (1 + b * np.cos(theta))


def _damped(t: Rows, rate: Rows) -> Rows:
    return np.exp(-rate * t) * np.cos(2 * np.pi * t)


def _decay(generator: np.random.Generator) -> Rows:
    """Counts 100·exp(-t/2.5 h) with normal noise of 2 % of the largest."""
    time = np.sort(generator.uniform(0, 10, 400))
    return np.column_stack([time, 100 * np.exp(-time / 2.5) + generator.normal(0, 2, time.shape)])


PENDULUM = Sample(
    name="pendulum",
    title="Period of a pendulum",
    summary="How long a swing takes, from length and gravity: a root of a quotient.",
    inputs=(Column("L", "m"), Column("g", "m/s²")),
    targets=(Column("T", "s"),),
    make=made([(0.1, 2), (1.6, 25)], _pendulum, 500),
    formula_hint=r"T = 2\pi\sqrt{L/g}",
    source="Small oscillations; Huygens, Horologium Oscillatorium, 1673",
    licence=MADE,
)
VELOCITY = Sample(
    name="velocity_addition",
    title="Adding velocities near light speed",
    summary="Two velocities in units of the speed of light never add up to more than one.",
    inputs=(Column("u", "c"), Column("v", "c")),
    targets=(Column("w", "c"),),
    make=made([(-0.9, 0.9), (-0.9, 0.9)], _velocity, 1000),
    formula_hint=r"w = \frac{u+v}{1+uv} = \tanh(\operatorname{artanh} u + \operatorname{artanh} v)",
    source=f"{_FEYNMAN}, eq. 16.6",
    licence=MADE,
)
GAUSSIAN = Sample(
    name="gaussian",
    title="Bell curve of any width",
    summary="The normal density as a function of place and width: a quotient inside an exponential.",
    inputs=(Column("theta"), Column("sigma")),
    targets=(Column("f"),),
    make=made([(1, 3), (1, 3)], _gaussian, 1000),
    formula_hint=r"f = \frac{e^{-(\theta/\sigma)^2/2}}{\sqrt{2\pi}\,\sigma}",
    source=f"{_FEYNMAN}, section 6 (I.6.20 of the Feynman symbolic regression problems)",
    licence=MADE,
)
MODULATION = Sample(
    name="modulation",
    title="Amplitude modulation",
    summary="A product of three inputs with a cosine in it: shows why networks need multiplication.",
    inputs=(Column("a", "V"), Column("b"), Column("theta", "rad")),
    targets=(Column("s", "V"),),
    make=made([(0.5, 2), (0, 1), (-np.pi, np.pi)], _modulation, 1500),
    formula_hint=r"s = a\,(1 + b\cos\theta)",
    source=f"{_FEYNMAN}, section 48-2",
    licence=MADE,
)
DAMPED = Sample(
    name="damped_oscillation",
    title="Damped oscillation",
    summary="A swing that dies away, for several dampings.",
    inputs=(Column("t", "s"), Column("rate", "1/s")),
    targets=(Column("x", "cm"),),
    make=made([(0, 2), (0.1, 1.5)], _damped, 1500),
    formula_hint=r"x = e^{-\mathrm{rate}\,t}\cos(2\pi t)",
    source=f"{_FEYNMAN}, section 24-2",
    licence=MADE,
)
DECAY = Sample(
    name="decay",
    title="Radioactive decay with noise",
    summary="An exponential under 2 % noise: no formula can do better than the noise, and Kanscope says so.",
    inputs=(Column("t", "h"),),
    targets=(Column("N", "1/s"),),
    make=_decay,
    formula_hint=r"N = 100\,e^{-t/2.5} \pm 2",
    source="Rutherford and Soddy, The cause and nature of radioactivity, 1902",
    licence=MADE,
)
