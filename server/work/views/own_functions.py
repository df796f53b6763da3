"""The person's own functions: what a typed name means beside a network, and how they are shown."""

from __future__ import annotations

from dataclasses import replace

from kan_core.expression.complexity import complexity
from kan_core.expression.own import own_function as definition
from kan_core.expression.typeset import typeset
from kan_core.network.network import Network
from kan_core.primitives.library import PRIMITIVES, get_primitive, is_own, own_arguments, own_parts, short_name
from server.contract.views import OwnFunction


def resolved(network: Network, typed: str) -> str:
    """The full name of what a person typed: one of the network's own functions by its word, else any function's own name.

    Raises:
        PrimitiveError: no such function, or no function of x.
    """
    for name in network.functions:
        if typed.strip() in (short_name(name), name):
            return name
    return get_primitive(typed).name


def with_function(network: Network, name: str) -> Network:
    """The network with a function among the person's own, unless it is there or built in."""
    if name in PRIMITIVES or name in network.functions:
        return network
    return replace(network, functions=(*network.functions, name))


def own_functions(network: Network) -> list[OwnFunction]:
    """The person's own functions in the order of their making."""
    return [own_function(name, network) for name in network.functions]


def own_function(name: str, network: Network) -> OwnFunction:
    """One own function with how often it is used."""
    latex, cost, domain = _shown(name)
    return OwnFunction(
        name=name,
        short=short_name(name),
        text=own_parts(name)[1],
        latex=latex,
        complexity=cost,
        domain=domain,
        edges=sum(edge.primitive == name for layer in network.layers for edge in layer.structure.symbolic),
    )


def described_domain(name: str) -> str:
    """Where an own function is defined, in words."""
    return _shown(name)[2]


def _shown(name: str) -> tuple[str, int, str]:
    """LaTeX, complexity and domain; of several arguments the domain is not looked for."""
    arguments = own_arguments(name)
    if is_own(name) and len(arguments) > 1:
        tree = definition(name).tree
        return typeset(tree, arguments), complexity(tree), "all numbers for which it has a value"
    primitive = get_primitive(name)
    return primitive.latex("x"), primitive.complexity, primitive.domain.describe()
