"""The figures of a report, made with plotly: measured against predicted, loss history, edge functions."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from kan_core.network.edges import active_edges, sample_curves
from kan_core.training.data import Table
from kan_core.training.objectives import predictions
from kan_core.training.screen import places
from server.contract.views import LossPoint
from server.work.situation import Situation
from server.work.views.names import node_names

MOST_EDGES = 24
_COLUMNS = 4
_POINTS = 1_000
_BLUE, _RED, _GREY = "#1668dc", "#c4302b", "#9aa4b2"
_FONT = {"family": "Inter, system-ui, sans-serif", "size": 12}


class Figure(NamedTuple):
    """A plotly figure as JSON, with its caption."""

    name: str
    title: str
    json: str


def figures(situation: Situation, losses: Sequence[LossPoint]) -> list[Figure]:
    """All that can be drawn of a revision."""
    made = [_predictions(situation)]
    if losses:
        made.append(_losses(losses))
    if active_edges(situation.network):
        made.append(_edges(situation))
    return made


def _predictions(situation: Situation) -> Figure:
    shown = places(situation.split.test.rows, _POINTS)
    rows, outputs = situation.split.test.take(shown), situation.judged.outputs[shown]
    classes = bool(situation.rows.classes)
    values = predictions(situation.rows.objective, outputs)
    predicted, measured = values.numpy(), rows.targets.numpy()
    targets = situation.rows.targets
    titles = [escape(name) for name in targets] if len(targets) > 1 else None
    figure = make_subplots(rows=1, cols=len(targets), subplot_titles=titles)
    for place in range(len(targets)):
        x, y = measured[:, place], predicted[:, place]
        known = np.isfinite(y)
        ends = [float(x.min()), float(x.max())]
        line = go.Scatter(x=ends, y=ends, mode="lines", line={"color": _GREY, "width": 1}, hoverinfo="skip")
        marker = {"color": _BLUE, "size": _sizes(rows, known), "opacity": 0.6}
        points = go.Scatter(x=x[known], y=y[known], mode="markers", marker=marker, error_x=_bars(rows, known))
        figure.add_trace(line, row=1, col=place + 1)
        figure.add_trace(points, row=1, col=place + 1)
    figure.update_xaxes(title_text="is of the class" if classes else "measured")
    figure.update_yaxes(title_text="probability" if classes else "predicted", col=1)
    which = "Held-out rows" if situation.split.units is None else "Rows"
    told = f"{which} of the class (1) and of others (0), and the probability that the network gives it."
    title = told if classes else f"Measured and predicted: {situation.told.text}; on the line they agree."
    return _done("predictions", title, figure, 380)


def _sizes(rows: Table, known: NDArray[np.bool_]) -> float | list[float]:
    """Of the points: their areas are as the weights of the rows."""
    if rows.weights is None:
        return 5
    share = (rows.weights / rows.weights.amax()).sqrt().numpy()[known]
    return (1.5 + 5 * share).tolist()


def _bars(rows: Table, known: NDArray[np.bool_]) -> dict[str, object] | None:
    """σ of what was measured, where it is known."""
    if rows.variance is None or rows.weights is None:
        return None
    return {"type": "data", "array": (rows.variance / rows.weights).sqrt().numpy()[known].tolist(), "thickness": 1, "width": 0}


def _losses(losses: Sequence[LossPoint]) -> Figure:
    steps = [point.step for point in losses]
    classes = any(point.cross_entropy_test is not None for point in losses)
    of_train = [point.cross_entropy_train if classes else point.train_rmse for point in losses]
    of_test = [point.cross_entropy_test if classes else point.test_rmse for point in losses]
    train = go.Scatter(x=steps, y=of_train, name="training rows", line={"color": "#20242b"})
    dotted: Any = {"color": _BLUE, "dash": "dot"}
    test = go.Scatter(x=steps, y=of_test, name="held-out rows", line=dotted)
    # Where cross-validation judges, no row is held out of the steps.
    figure = go.Figure([train, test] if any(error is not None for error in of_test) else [train])
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.12})
    figure.update_xaxes(title_text="step")
    figure.update_yaxes(title_text="cross-entropy" if classes else "RMSE", type="log", exponentformat="power")
    return _done("losses", "Error while the last action trained.", figure, 320)


def _edges(situation: Situation) -> Figure:
    network = situation.network
    shares = [layer.tolist() for layer in situation.scores.edges]
    ranked = sorted(active_edges(network), key=lambda edge: -shares[edge.layer][edge.target][edge.source])
    chosen = sorted(ranked[:MOST_EDGES])
    curves = sample_curves(network, situation.trace, 100, chosen)
    names = node_names(network.shape, situation.rows.inputs, situation.rows.targets)
    titles: list[str] = []
    for edge in chosen:
        owner = network.layers[edge.layer].structure.node_of_subnode[edge.target]
        # plotly reads tags in titles; a column's name is to be read as it is.
        titles.append(escape(f"{names[edge.layer][edge.source]} → {names[edge.layer + 1][owner]}"))
    columns = min(_COLUMNS, len(chosen))
    rows = -(-len(chosen) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, subplot_titles=titles, vertical_spacing=min(0.12, 0.3 / rows), horizontal_spacing=0.06
    )
    for place, edge in enumerate(chosen):
        spline = network.layers[edge.layer].structure.kind(edge.target, edge.source) == "spline"
        x = np.linspace(float(curves.low[place]), float(curves.high[place]), curves.y.shape[1])
        y = curves.y[place].numpy()
        line = {"color": "#20242b" if spline else _RED, "width": 2}
        trace = go.Scatter(x=x, y=np.where(np.isfinite(y), y, np.nan), mode="lines", line=line)
        figure.add_trace(trace, row=place // columns + 1, col=place % columns + 1)
    figure.update_annotations(font_size=12)
    left_out = len(active_edges(network)) - len(chosen)
    rest = f" {left_out} weaker edges are not shown." if left_out else ""
    title = f"Edge functions in the network's units: black learned splines, red formulas.{rest}"
    return _done("edges", title, figure, 60 + 190 * rows)


def _done(name: str, title: str, figure: go.Figure, height: int) -> Figure:
    figure.update_layout(
        template="none",
        height=height,
        font=_FONT,
        margin={"l": 60, "r": 20, "t": 40, "b": 50},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        modebar={"bgcolor": "rgba(255,255,255,0)", "color": "#c9d0d9", "activecolor": _BLUE},
    )
    if name != "losses":
        figure.update_layout(showlegend=False)
    figure.update_xaxes(gridcolor="#e6e9ee", zerolinecolor="#c9d0d9")
    figure.update_yaxes(gridcolor="#e6e9ee", zerolinecolor="#c9d0d9")
    return Figure(name, title, str(figure.to_json()))
