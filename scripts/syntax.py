"""Small questions about a syntax tree, for rules that look for the shape of things."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator


def families(module: ast.Module) -> dict[str, set[str]]:
    """Names of the unions that a class belongs to."""
    found: dict[str, set[str]] = {}
    for name, members, _ in unions(module):
        for member in members:
            found.setdefault(member, set()).add(name)
    return found


def unions(module: ast.Module) -> Iterator[tuple[str, set[str], int]]:
    """Names of unions of classes, their members and where they are made."""
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            name, value = node.target.id, node.value
        else:
            continue
        if (isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)) or ast.unparse(value).startswith(
            ("Union[", "Annotated[")
        ):
            yield name, names_in(value), node.lineno


def names_in(node: ast.AST) -> set[str]:
    """All names, those in quoted annotations too."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    quoted = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return found | {word for text in quoted for word in re.findall(r"\w+", text)}


def kinds_told_apart(function: ast.FunctionDef) -> set[str]:
    """Classes that a function tells apart."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.MatchClass):
            found |= names_in(node.cls)
        elif isinstance(node, ast.Call) and called(node) == "isinstance":
            found |= names_in(node.args[1])
    return found


def calls(node: ast.AST) -> list[ast.Call]:
    """All calls."""
    return [each for each in ast.walk(node) if isinstance(each, ast.Call)]


def called(call: ast.Call) -> str:
    """The name of what is called, without what it belongs to."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def owner(call: ast.Call) -> str:
    """What the function called belongs to."""
    return call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""


def texts(nodes: Iterable[ast.AST | None]) -> set[str]:
    """Those that are texts."""
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def solving_functions(module: ast.Module, solvers: frozenset[str]) -> set[str]:
    """Functions of the module that solve linear equations, themselves or by others of it."""
    used = {node.name: {called(call) for call in calls(node)} for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    found: set[str] = set()
    while True:
        more = {name for name, inside in used.items() if inside & (solvers | found)} - found
        if not more:
            return found
        found |= more


def counts_steps(loop: ast.For) -> bool:
    """For step in range(…): not one turn for each of several things, nor for each batch of them."""
    if not isinstance(loop.iter, ast.Call) or called(loop.iter) not in {"range", "count", "repeat"}:
        return False
    return len(loop.iter.args) < 3 and not re.search(r"\b(len|shape)\b", ast.unparse(loop.iter))


def docstrings(module: ast.Module) -> set[int]:
    """Ids of the docstrings."""
    found: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
    return found
