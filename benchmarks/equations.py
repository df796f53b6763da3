"""Differential equations with a solution in closed form, as text; `cases.equations_kanscope` solves them without knowing it."""

from __future__ import annotations

from dataclasses import dataclass

SIDES = ("u = 0 at x = -1", "u = 0 at x = 1", "u = 0 at y = -1", "u = 0 at y = 1")


@dataclass(frozen=True)
class Problem:
    """One problem.

    Attributes:
        name: what it is called.
        inputs: name and range of each.
        unknown: what is looked for.
        equations: one a text, in Kanscope's grammar.
        truth: the solution in Python's and NumPy's words.
    """

    name: str
    inputs: tuple[tuple[str, float, float], ...]
    unknown: str
    equations: tuple[str, ...]
    truth: str


T = (("t", 0.0, 10.0),)
XT = (("x", 0.0, 1.0), ("t", 0.0, 1.0))
SQUARE = (("x", -1.0, 1.0), ("y", -1.0, 1.0))
POISSON = Problem(
    "Poisson", SQUARE, "u", ("u_xx + u_yy = -2*pi^2*sin(pi*x)*sin(pi*y)", *SIDES), "sin(pi*x)*sin(pi*y)"
)  # fmt: skip
PROBLEMS = (
    POISSON,
    Problem(
        "heat",
        XT,
        "u",
        ("u_t = 0.1*u_xx", "u = sin(pi*x) at t = 0", "u = 0 at x = 0", "u = 0 at x = 1"),
        "exp(-0.1*pi**2*t)*sin(pi*x)",
    ),
    Problem(
        "wave",
        XT,
        "u",
        ("u_tt = u_xx", "u = sin(pi*x) at t = 0", "u_t = 0 at t = 0", "u = 0 at x = 0", "u = 0 at x = 1"),
        "cos(pi*t)*sin(pi*x)",
    ),
    Problem(
        "Laplace",
        (("x", 0.0, 1.0), ("y", 0.0, 1.0)),
        "u",
        ("u_xx + u_yy = 0", "u = x^2 at y = 0", "u = x^2 - 1 at y = 1", "u = -y^2 at x = 0", "u = 1 - y^2 at x = 1"),
        "x**2 - y**2",
    ),
    Problem(
        "damped oscillator",
        T,
        "x",
        ("x_tt + 0.3*x_t + x = 0", "x = 1 at t = 0", "x_t = 0 at t = 0"),
        "exp(-0.15*t)*(cos(0.9775**0.5*t) + 0.15/0.9775**0.5*sin(0.9775**0.5*t))",
    ),
    Problem("logistic growth", T, "n", ("n_t = n*(1 - n/3)", "n = 0.1 at t = 0"), "3/(1 + 29*exp(-t))"),
    Problem(
        "fall with drag",
        (("t", 0.0, 3.0),),
        "v",
        ("v_t = 9.81 - 0.2*v^2", "v = 0 at t = 0"),
        "(9.81/0.2)**0.5*tanh((9.81*0.2)**0.5*t)",
    ),
    Problem(
        "coaxial cable",
        (("r", 0.1, 2.0),),
        "u",
        ("u_rr + u_r/r = 0", "u = 1 at r = 0.1", "u = 0 at r = 2"),
        "log(r/2)/log(0.05)",
    ),
    Problem(
        "quantum oscillator",
        (("x", -4.0, 4.0),),
        "f",
        ("f_xx = (x^2 - 1)*f", "f = 1 at x = 0", "f_x = 0 at x = 0"),
        "exp(-x**2/2)",
    ),
    Problem(
        "conserved energy",
        (("q", -1.0, 1.0), ("p", -1.0, 1.0)),
        "E",
        ("p*E_q = q*E_p", "E = q^2 at p = 0"),
        "q**2 + p**2",
    ),
)
