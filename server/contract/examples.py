"""One example of every action and command and of the main request bodies, shown in the OpenAPI document and checked by tests."""

from __future__ import annotations

from server.contract.actions import (
    Action,
    Adopt,
    Deepen,
    DefinePrimitive,
    ExtendGrid,
    FitEquation,
    ForgetPrimitive,
    FromFormula,
    GridSchedule,
    Initialise,
    Lock,
    Merge,
    Prune,
    Refit,
    Search,
    SetBase,
    SetConstants,
    SetSpline,
    SetSymbolic,
    Train,
    Widen,
)
from server.contract.base import ConstantChange, Edge, Message, Node
from server.contract.commands import Act, Annotate, Cancel, Hello, Introduce, MoveHead, Pause
from server.contract.rest import CreateEquations, CreateSession, EquationInput, MoveHeadBody, RevisionNote

_EDGE = Edge(layer=0, source=1, target=0)

ACTION_EXAMPLES: tuple[Action, ...] = (
    Initialise(shape=[2, 5, 1], seed=1, products=[1], base="silu", knots="quantile"),
    Train(steps=60, sparsity=0.01),
    GridSchedule(intervals=[5, 10, 20, 50]),
    FitEquation(equations=["u_t = 0.1*u_xx", "u = sin(pi*x) at t = 0"], intervals=[10, 20]),
    ExtendGrid(intervals=20),
    Prune(edges=[_EDGE], nodes=[Node(layer=1, index=3)]),
    SetSymbolic(edge=_EDGE, primitive="sin"),
    SetSpline(edge=_EDGE),
    Lock(edges=[_EDGE]),
    Refit(splines=False),
    SetConstants(changes=[ConstantChange(name="c1", exact="pi")], drop=["c3"]),
    DefinePrimitive(name="bump", text="x*exp(-x^2)"),
    ForgetPrimitive(name="bump"),
    Search(budget=30, seed=0),
    Adopt(search="r_8c1d0a6e52f94b7f", index=2),
    Widen(layer=1, nodes=2, node_kind="product"),
    Deepen(position=1),
    SetBase(base="silu"),
    FromFormula(formulas=["exp(sin(pi*x) + y^2)"]),
    Merge(revision="r_8c1d0a6e52f94b7f"),
)

EXAMPLES: tuple[Message, ...] = (
    *ACTION_EXAMPLES,
    Hello(last_seq=41, name="Ada"),
    Introduce(name="Ada L."),
    Act(request_id="r1", action=SetSymbolic(edge=_EDGE, primitive="sin", parent="r_8c1d0a6e52f94b7f")),
    Cancel(action_id="a_3f0d4b6c8e1a4d52"),
    Pause(action_id="a_3f0d4b6c8e1a4d52", paused=True),
    MoveHead(request_id="r2", revision="r_8c1d0a6e52f94b7f"),
    Annotate(revision="r_8c1d0a6e52f94b7f", text="best so far"),
    CreateSession(dataset="4f53cda18c2baa0c", inputs=["x", "y"], targets=["z"], shape=[2, 5, 1]),
    CreateEquations(
        inputs=[EquationInput(name="x", low=0, high=1), EquationInput(name="t", low=0, high=1)],
        unknowns=["u"],
        equations=["u_t = 0.1*u_xx", "u = sin(pi*x) at t = 0", "u = 0 at x = 0", "u = 0 at x = 1"],
    ),
    MoveHeadBody(revision="r_8c1d0a6e52f94b7f"),
    RevisionNote(note="best so far"),
)
