"""Tables and plots of the training steps, from results/steps.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.chart import Series, chart
from benchmarks.runner import Result
from benchmarks.steps import FINER, SHAPES, WIDER, Shape

PEERS = ("kanscope", "mlp", "flashkan", "inkan", "efficient-kan", "pykan speed()", "pykan")


def tables(cases: dict[str, Result]) -> list[str]:
    """Milliseconds with ratios, growth, and memory."""
    lines = ["| one step, ms (× Kanscope) | " + " | ".join(PEERS) + " |", "|---" * (len(PEERS) + 1) + "|"]
    lines += [_step_row(shape, cases) for shape in SHAPES]
    lines += ["", "| growth in G, ms | Kanscope | always GEMM | always gather-sum | mlp | flashkan | inkan |", "|---" * 7 + "|"]
    lines += [_growth_row(shape, cases, "finer", ("kanscope", "gemm", "gather", "mlp", "flashkan", "inkan")) for shape in FINER]
    lines += ["", "| growth in width, ms | Kanscope | mlp | flashkan | inkan |", "|---" * 5 + "|"]
    lines += [_growth_row(shape, cases, "wider", ("kanscope", "mlp", "flashkan", "inkan")) for shape in WIDER]
    lines += ["", "| memory of a step, MB (× Kanscope) | " + " | ".join(PEERS) + " |", "|---" * (len(PEERS) + 1) + "|"]
    lines += [_memory_row(shape, cases) for shape in SHAPES]
    return lines


def _step(shape: Shape, peer: str, cases: dict[str, Result]) -> Result | None:
    kinds = ("slow", "fast") if peer.startswith("pykan") else ("fast", "slow")
    return next((found[peer] for kind in kinds if peer in (found := cases.get(f"{shape.name} {kind}", {}))), None)


def _step_row(shape: Shape, cases: dict[str, Result]) -> str:
    cells: list[str] = []
    for peer in PEERS:
        found = _step(shape, peer, cases)
        if found is None:
            cells.append("–")
            continue
        few = f", {found['turns']} steps" if found["turns"] < 10 else ""
        relative = "" if peer == "kanscope" else f" ({found['relative']:.2g}×{few})"
        cells.append(f"{number(found['median_ms'])}{relative}")
    return f"| {_title(shape)} | " + " | ".join(cells) + " |"


def _growth_row(shape: Shape, cases: dict[str, Result], kind: str, peers: Sequence[str]) -> str:
    found = cases.get(f"{shape.name} {kind}", {})
    cells = [number(found[peer]["median_ms"]) if peer in found else "–" for peer in peers]
    return f"| {_title(shape)} | " + " | ".join(cells) + " |"


def _memory_row(shape: Shape, cases: dict[str, Result]) -> str:
    found = {peer: cases.get(f"{shape.name} memory {peer}", {}).get("megabytes") for peer in PEERS}
    own = found["kanscope"]
    cells = [
        "–" if value is None else f"{value:.0f}" + ("" if peer == "kanscope" or not own else f" ({value / own:.2g}×)")
        for peer, value in found.items()
    ]
    return f"| {_title(shape)} | " + " | ".join(cells) + " |"


def _title(shape: Shape) -> str:
    widths = ",".join(map(str, shape.widths))
    return f"[{widths}], {shape.batch} rows, G = {shape.intervals}"


def number(value: float) -> str:
    """Three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def charts(cases: dict[str, Result]) -> Iterator[tuple[str, str]]:
    """Names and SVGs."""
    yield (
        "bench-growth-intervals",
        chart(
            "One training step at [64,64,64,10], 1024 rows",
            "intervals G",
            "milliseconds",
            [
                Series(title, _growth(FINER, "finer", peer, cases), dashed=peer in ("gemm", "gather"))
                for title, peer in (
                    ("Kanscope", "kanscope"),
                    ("MLP, as many params", "mlp"),
                    ("flashkan", "flashkan"),
                    ("inkan", "inkan"),
                    ("always GEMM", "gemm"),
                    ("always gather-sum", "gather"),
                )
            ],
        ),
    )
    yield (
        "bench-growth-width",
        chart(
            "One training step at [w,w,w,10], G = 5, 1024 rows",
            "width w",
            "milliseconds",
            [
                Series(title, _growth(WIDER, "wider", peer, cases))
                for title, peer in (
                    ("Kanscope", "kanscope"),
                    ("MLP, as many params", "mlp"),
                    ("flashkan", "flashkan"),
                    ("inkan", "inkan"),
                )
            ],
        ),
    )


def _growth(shapes: Sequence[Shape], kind: str, peer: str, cases: dict[str, Result]) -> list[tuple[float, float]]:
    found = [(shape, cases.get(f"{shape.name} {kind}", {})) for shape in shapes]
    along = [shape.intervals if kind == "finer" else shape.widths[0] for shape, _ in found]
    return [(float(x), each[peer]["median_ms"]) for x, (_, each) in zip(along, found, strict=True) if peer in each]
