"""Define a function of one's own, of x or of named arguments. It is checked and travels with the network from then on."""

from __future__ import annotations

from kan_core.primitives.library import PRIMITIVES, own_arguments, own_name, short_name
from server.contract.actions import DefinePrimitive
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.result import Result, TableData, WorkError
from server.work.situation import situation_of
from server.work.views.own_functions import described_domain, with_function


def define_primitive(action: DefinePrimitive, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """The same network with one more function among the person's own.

    Raises:
        PrimitiveError: the text is no function of x, its derivative fails the check, or the name is taken.
        WorkError: the library or the list has it already.
    """
    situation = situation_of(parent, table)
    name = own_name(action.text, action.name)
    if name in PRIMITIVES:
        raise WorkError(f"The library has this function: it is called {name}.", hint="Use that one.")
    for known in situation.network.functions:
        if short_name(known) == short_name(name):
            raise WorkError(f"'{short_name(name)}' is defined already.", hint="Forget it first, or choose another name.")
    checked = "; its derivatives passed the numeric check" if len(own_arguments(name)) == 1 else "; it can be used in formulas"
    message = f"{short_name(name)} is defined on {described_domain(name)}{checked}."
    return finish(situation.with_network(with_function(situation.network, name)), message)
