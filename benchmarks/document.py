"""docs/benchmarks.md and its plots, made from results/*.json; what stands between markers is not typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks import abuse_report, accuracy_report, step_report
from benchmarks.runner import ROOT, Result, read

DOCUMENT = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"

Tables = Callable[[dict[str, Result]], list[str]]
Charts = Callable[[dict[str, Result]], Iterator[tuple[str, str]]]


def no_charts(_cases: dict[str, Result]) -> Iterator[tuple[str, str]]:
    """Of a section that is a table only."""
    return iter(())


SECTIONS: dict[str, tuple[Tables, Charts]] = {
    "steps": (step_report.tables, step_report.charts),
    "accuracy": (accuracy_report.tables, accuracy_report.charts),
    "abuse": (abuse_report.tables, no_charts),
}


def update() -> None:
    """Write all sections for which there are results."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, (tables, charts) in SECTIONS.items():
        result = read(name)
        if result is None:
            continue
        drawn = dict(charts(result["cases"]))
        for image, svg in drawn.items():
            (IMAGES / f"{image}.svg").write_text(svg, encoding="utf-8")
        pictures = [f"![{image.removeprefix('bench-').replace('-', ' ')}](images/{image}.svg)" for image in drawn]
        text = between(
            text, name, [about(result["machine"]), "", *tables(result["cases"]), *(["", *pictures] if pictures else [])]
        )
    DOCUMENT.write_text(text, encoding="utf-8")


def between(text: str, name: str, lines: list[str]) -> str:
    """The text with new lines between the markers of a section."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, rest = text.split(begin, 1)
    return f"{before}{begin}\n{chr(10).join(lines)}\n{end}{rest.split(end, 1)[1]}"


def about(machine: Result) -> str:
    """What it was measured on."""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} thread each, torch"
        f" {machine['packages'].get('torch', '?')}; load average before: {machine['load_before']}."
    )
