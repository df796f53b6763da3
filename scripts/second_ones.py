"""How the things that a program should have once look in its source, found on the syntax tree. Used by `rules/one_of_each.py`.

Each function yields line numbers and what stands there. What is looked for is the shape of the thing, whatever it is called.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from scripts.syntax import (
    called,
    calls,
    counts_steps,
    docstrings,
    families,
    kinds_told_apart,
    names_in,
    owner,
    solving_functions,
    texts,
    unions,
)

Found = Iterator[tuple[int, str]]

NODES = frozenset({"Sum", "Product", "Power", "Apply"})
MANY = 3
"""Of names or kinds of nodes in one place: two are a special case, three an enumeration."""
LISTED = 4
SOLVERS = frozenset(
    {
        "lstsq",
        "qr",
        "svd",
        "solve",
        "pinv",
        "inv",
        "eigh",
        "cholesky",
        "cholesky_ex",
        "cholesky_solve",
        "cho_solve",
        "solve_triangular",
    }
)
OPTIMISERS = frozenset({"least_squares", "curve_fit", "leastsq", "minimize", "differential_evolution", "basinhopping", "fsolve"})
NUMERIC = frozenset({"np", "numpy", "torch", "math", "xp", "cmath"})
FINDS_NUMBERS = frozenset({"limit_denominator", "nsimplify", "identify", "pslq", "findpoly"})
READS_TEXT = frozenset({"parse_expr", "sympify", "generate_tokens", "Scanner", "literal_eval", "parse_latex"})
RULES_OF_GRAMMAR = frozenset({"sum", "term", "product", "factor", "power", "unary", "primary", "atom", "expression", "expr"})
LATEX = re.compile(r"\\(frac|sqrt|left|cdot|operatorname|begin|lfloor|lceil|tfrac|dfrac)\b")


@cache
def function_names() -> frozenset[str]:
    """Of the table of functions."""
    from kan_core.expression.functions import FUNCTIONS

    return frozenset(FUNCTIONS)


def trees(module: ast.Module) -> Found:
    """Classes whose fields hold others of their own family, and unions that enlarge the tree of formulas."""
    family = families(module)
    defined = {node.name for node in module.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            above = {base.id for base in node.bases if isinstance(base, ast.Name)} & defined
            own = {node.name, *above, *family.get(node.name, ())}
            fields = [part.annotation for part in node.body if isinstance(part, ast.AnnAssign)]
            holding = [field for field in fields if own & names_in(field)]
            # One that may hold one other of its own class is a chain.
            if len(holding) > 1 or any((own - {node.name}) & names_in(field) or _holds_several(field) for field in holding):
                yield node.lineno, f"class {node.name} holds others of its kind, as nodes of a tree do"
    for name, members, line in unions(module):
        if "Expression" in members:
            yield line, f"{name} adds a kind of node to the tree of formulas"


def evaluators(module: ast.Module) -> Found:
    """Functions that go by the kind of a node and compute numbers, calls of a function's numeric columns, and `lambdify`."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and len(kinds_told_apart(node) & NODES) >= MANY:
            numeric = [call for call in calls(node) if owner(call) in NUMERIC]
            if numeric:
                yield node.lineno, f"{node.name} computes numbers by kind of node"
        elif isinstance(node, ast.Call) and called(node) in {"value", "slopes", "curvatures"} and node.args:
            if isinstance(node.args[0], ast.Name) and node.args[0].id in NUMERIC:
                yield node.lineno, f"{ast.unparse(node.func)}(…) evaluates a row of the table of functions"
        elif isinstance(node, ast.Call) and called(node) == "lambdify":
            yield node.lineno, "lambdify is another evaluator"


def tables(module: ast.Module) -> Found:
    """Mappings, rows, cases and lists that enumerate functions by name."""
    for node in ast.walk(module):
        for kind, named, enough in _enumerated(node):
            if len(named & function_names()) >= enough:
                yield getattr(node, "lineno", 1), kind


def _enumerated(node: ast.AST) -> Iterator[tuple[str, set[str], int]]:
    """What it would be, the texts that stand in it, and how many of them make it so."""
    match node:
        case ast.Dict(keys=keys):
            yield "a mapping from functions by name", texts(keys), MANY
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            rows = [
                part.args if isinstance(part, ast.Call) else part.elts for part in parts if isinstance(part, ast.Call | ast.Tuple)
            ]
            yield "rows of functions by name", texts(row[0] for row in rows if row), MANY
            yield "a list of functions by name", texts(parts), LISTED
        case ast.Match(cases=cases):
            values = [part.value for case in cases for part in ast.walk(case.pattern) if isinstance(part, ast.MatchValue)]
            yield "cases of functions by name", texts(values), MANY
        case ast.FunctionDef(name=name):
            compared = [
                part for each in ast.walk(node) if isinstance(each, ast.Compare) for part in (each.left, *each.comparators)
            ]
            yield f"{name} branches on functions by name", texts(compared), MANY
            made = [call.args[0] for call in calls(node) if call.args and called(call)[:1].isupper()]
            yield f"{name} makes a row for each of several functions", texts(made), LISTED
        case _:
            return


def descents(module: ast.Module) -> Found:
    """Loops that take step after step by solving linear equations or by damping, and optimisers of others."""
    solving = solving_functions(module, SOLVERS)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called(node) in OPTIMISERS:
            yield node.lineno, f"{called(node)} is another core"
        elif isinstance(node, ast.While) or (isinstance(node, ast.For) and counts_steps(node)):
            inside = {called(call) for part in node.body for call in calls(part)}
            damped = [each for each in ast.walk(node) if _is_damping(each)]
            if inside & (SOLVERS | solving):
                yield (
                    node.lineno,
                    f"a loop of steps that solve linear equations ({', '.join(sorted(inside & (SOLVERS | solving)))})",
                )
            elif damped:
                yield node.lineno, "a loop that changes its damping"


def finders(module: ast.Module) -> Found:
    """Searches for the exact number behind a decimal: library calls, and lists of numbers made of π, e and roots."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called(node) in FINDS_NUMBERS:
            yield node.lineno, f"{called(node)} looks for an exact number"
        elif isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
            parts = node.values if isinstance(node, ast.Dict) else node.elts
            known = [part for part in parts if any(_is_known_number(each) for each in ast.walk(part))]
            if len({ast.unparse(part) for part in known}) >= MANY:
                yield node.lineno, "a list of known numbers"


def policies(module: ast.Module) -> Found:
    """Functions and modules that fit candidates to an edge and judge them by the whole model."""
    used = {called(call) for call in calls(module)}
    if "fit_affine" in used and used & {"what_if", "order_by_whole_model", "rank_by_description", "group_alike"}:
        line = next(call.lineno for call in calls(module) if called(call) == "fit_affine")
        yield line, "candidates are fitted to an edge and ranked"


def parsers(module: ast.Module) -> Found:
    """Recursive descents, patterns that cut a text into tokens, and parsers of others."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and not any(names_in(base) for base in node.bases):
            methods = {part.name.strip("_") for part in node.body if isinstance(part, ast.FunctionDef)}
            takes = {part.args.args[1].arg for part in node.body if isinstance(part, ast.FunctionDef) and len(part.args.args) > 1}
            if len(methods & RULES_OF_GRAMMAR) >= MANY and not takes & {"node", "tree", "part", "expression", "parts"}:
                yield node.lineno, f"class {node.name} has the rules of a grammar"
        elif isinstance(node, ast.Call) and (
            called(node) in READS_TEXT or ast.unparse(node.func) in {"ast.parse", "tokenize.tokenize"}
        ):
            yield node.lineno, f"{ast.unparse(node.func)} reads text"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _cuts_formulas(node.value):
            yield node.lineno, "a pattern that cuts formulas into tokens"


def typesetters(module: ast.Module) -> Found:
    """LaTeX that is put together from parts, and typesetters of others; whole formulas in prose are no typesetters."""
    prose = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr) and any(
            isinstance(p, ast.Constant) and LATEX.search(str(p.value)) for p in node.values
        ):
            yield node.lineno, "LaTeX put together"
        elif (
            isinstance(node, ast.Constant) and id(node) not in prose and isinstance(node.value, str) and _is_template(node.value)
        ):
            yield node.lineno, "a template of LaTeX"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"sympy.latex", "latex", "sympy.mathml", "mathml"}:
            yield node.lineno, f"{ast.unparse(node.func)}() is another typesetter"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sympy.printing"):
            yield node.lineno, f"{node.module} is another typesetter"


def bridges(module: ast.Module) -> Found:
    """Imports of sympy, except those that are for types only."""
    typed = {
        id(part)
        for node in ast.walk(module)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for part in node.body
    }
    for node in ast.walk(module):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if id(node) not in typed and any(name.split(".")[0] == "sympy" for name in names):
            yield getattr(node, "lineno", 1), "sympy is imported"


def _holds_several(field: ast.expr) -> bool:
    """tuple[…], list[…] and the like."""
    return any(isinstance(part, ast.Subscript) for part in ast.walk(field))


def _is_damping(node: ast.AST) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.keyword) else ""
    stored = isinstance(node, ast.keyword) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return stored and bool(re.fullmatch(r"damp\w*|lam|lambda_|mu|trust\w*", name or ""))


def _is_known_number(node: ast.AST) -> bool:
    """π, e or a root, as a value or as its text."""
    match node:
        case ast.Attribute(value=ast.Name(id="math" | "np" | "torch" | "sympy" | "mpmath"), attr="pi" | "e" | "E"):
            return True
        case ast.Name(id="pi") | ast.Constant(value="pi" | "sqrt(2)" | "sqrt(pi)"):
            return True
        case ast.Call(args=[ast.Constant(), *_]):
            return called(node) == "sqrt"
        case _:
            return False


def _cuts_formulas(text: str) -> bool:
    """A pattern with numbers, names and operators as alternatives."""
    return (
        text.count("|") >= 2 and bool(re.search(r"\\d|\[0-9", text)) and bool(re.search(r"\[[^\]]*[*/^][^\]]*\]|\\\*\\\*", text))
    )


def _is_template(text: str) -> bool:
    """With places to fill: `{0}`, `{}`, `%s`."""
    return bool(LATEX.search(text)) and bool(re.search(r"\{\d?\}|%s", text))
