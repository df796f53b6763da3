"""One handler a file for every kind of action. A handler turns the parent's network into the next revision's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from server.work.control import Handler
from server.work.handlers.adopt import adopt
from server.work.handlers.deepen import deepen
from server.work.handlers.define_primitive import define_primitive
from server.work.handlers.extend_grid import extend_grid
from server.work.handlers.fit_equation import fit_equation
from server.work.handlers.forget_primitive import forget_primitive
from server.work.handlers.from_formula import from_formula
from server.work.handlers.grid_schedule import grid_schedule
from server.work.handlers.initialise import initialise
from server.work.handlers.lock import lock
from server.work.handlers.merge import merge
from server.work.handlers.prune import prune
from server.work.handlers.refit import refit
from server.work.handlers.search import search
from server.work.handlers.set_base import set_base
from server.work.handlers.set_constants import set_constants
from server.work.handlers.set_spline import set_spline
from server.work.handlers.set_symbolic import set_symbolic
from server.work.handlers.train import train
from server.work.handlers.widen import widen

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "initialise": initialise,
        "train": train,
        "grid_schedule": grid_schedule,
        "fit_equation": fit_equation,
        "extend_grid": extend_grid,
        "prune": prune,
        "set_symbolic": set_symbolic,
        "set_spline": set_spline,
        "lock": lock,
        "refit": refit,
        "set_constants": set_constants,
        "define_primitive": define_primitive,
        "forget_primitive": forget_primitive,
        "search": search,
        "adopt": adopt,
        "widen": widen,
        "deepen": deepen,
        "set_base": set_base,
        "from_formula": from_formula,
        "merge": merge,
    }
)
