"""A formula of a person's own while it is being worked on: constants, live curve, fit. A question; nothing of it is kept.

What an action needs of it as well (`ConstantSetting`, `Per`) stands here too.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from server.contract.base import Message

Name = Annotated[str, Field(min_length=1, max_length=200)]
Per = Annotated[
    dict[Name, Name],
    Field(
        max_length=50,
        description="Constants with one value per category, by name: the column of categories. The same as name[column] in the "
        "formula.",
        examples=[{"Vm": "state"}],
    ),
]


class ConstantSetting(Message):
    """What a person says of one constant. What is not said is found."""

    name: Name = Field(description="As in the formula, without brackets.", examples=["Vm"])
    category: str | None = Field(
        default=None,
        max_length=100,
        description="Of a constant with one value per category, the label; absent: said of all categories.",
        examples=["treated"],
    )
    value: FiniteFloat | None = Field(default=None, description="Where it begins, or stays when fixed; absent: it is looked for.")
    low: FiniteFloat | None = Field(default=None, description="Bound; absent: none.")
    high: FiniteFloat | None = Field(default=None, description="Bound; absent: none.")
    fixed: bool = False
    same_as: Name | None = Field(
        default=None, description="Another constant's name: this one has its value, and they move together."
    )


Constants = Annotated[list[ConstantSetting], Field(max_length=500)]


class ModelDraft(Message):
    """Ask what a formula does on the rows of a session: as it stands, or fitted to all of them."""

    formula: str = Field(
        min_length=1,
        max_length=2_000,
        description="Right-hand side, or left = right with a function of the target on the left. Letters that are neither "
        "columns, functions nor known numbers are constants.",
        examples=["Vm[state]*conc/(K + conc)"],
    )
    target: int = Field(default=0, ge=0, le=1_000, description="Place of the target that it is for.")
    constants: Constants = []
    per: Per = {}
    x: Name | None = Field(default=None, description="Column to draw against; absent: the first that the formula names.")
    x_low: float | None = Field(default=None, ge=-1e300, le=1e300, description="Range that is drawn; absent: that of the rows.")
    x_high: float | None = Field(default=None, ge=-1e300, le=1e300)
    at: dict[Name, FiniteFloat] = Field(
        default={}, max_length=100, description="Values of the other columns along the curve; absent ones stand at their median."
    )
    x_scale: Literal["linear", "log", "reciprocal"] = Field(
        default="linear", description="What the points of a curve are evenly spread in: the column, its logarithm or one over it."
    )
    points: int = Field(default=200, ge=2, le=1_000, description="Of each curve.")
    sigma: Name | None = Field(
        default=None, description="Column of standard deviations of the target; without weights either: the session's."
    )
    sigma_is: Literal["absolute", "relative"] = Field(
        default="absolute",
        description="Believed as they are, or in their ratios only: error bars then follow from the residuals.",
    )
    weights: Name | None = Field(default=None, description="Column of relative weights; not together with sigma.")
    equal_rows: bool = Field(default=False, description="All rows count the same, whatever the session says of them.")
    fit: bool = Field(default=False, description="Move the free constants to the least squares of all rows.")
    find_starts: bool = Field(
        default=False, description="With fit: look for a better minimum anywhere, not only beside the values given."
    )
    profiles: list[Name] = Field(
        default=[],
        max_length=20,
        description="With fit: keys of constants whose profile likelihood is wanted.",
        examples=[["Vm[treated]", "K"]],
    )
    prices: bool = Field(
        default=False,
        description="With fit: what one value for all categories, or one each, would cost or gain for each constant.",
    )
    level: float = Field(default=0.95, ge=0.5, le=0.9999, description="Of bands and intervals.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the search for starts.")
    seconds: float = Field(default=5.0, ge=0.05, le=20.0, description="That fit, profiles and prices may take together.")


class DraftConstant(Message):
    """A constant of the draft; one with a value per category appears once a category."""

    key: str = Field(description="Distinct: Vm[treated], or the name alone.")
    name: str
    category: str | None = None
    latex: str
    unit: str | None = Field(default=None, description="That the columns' units leave it; absent where that is not known.")
    value: float = Field(description="As given, fitted, or where a fit would begin.")
    given: bool = Field(description="False: the value was found, not given.")
    standard_error: float | None = Field(
        default=None, description="After a fit; absent when fixed, at a bound, or where the rows do not determine it."
    )
    low: float | None = None
    high: float | None = None
    fixed: bool = False
    at_bound: bool = False
    same_as: str | None = None
    slider_low: float = Field(description="Sensible range of a slider, within the bounds; the value lies in it.")
    slider_high: float
    logarithmic: bool = Field(default=False, description="Whether the slider runs in decades: both ends are positive then.")


class DraftCategories(Message):
    """A column that constants may have one value per category of."""

    column: str
    labels: list[str] = Field(description="In order; text labels, or whole numbers as text.")


class DraftCurve(Message):
    """The formula along one column. Arrays of equal length; a null where it has no value. Bands follow a fit, else are empty."""

    categories: dict[str, str] = Field(description="Column to label; empty when there is one curve for all rows.")
    x: list[float]
    y: list[float | None]
    confidence_low: list[float | None] = []
    confidence_high: list[float | None] = []
    prediction_low: list[float | None] = []
    prediction_high: list[float | None] = []


class DraftRows(Message):
    """Rows held against the curve: all, or so many drawn ones as are worth drawing. Arrays of equal length."""

    total: int
    row: list[int] = Field(description="Number of the row in the table, from 1.")
    curve: list[int] = Field(description="Place of the curve that it belongs to.")
    x: list[float]
    y: list[float | None] = Field(description="The left-hand side at the row.")
    error: list[float] = Field(default=[], description="Its standard deviation, where σ is known; else empty.")
    predicted: list[float | None]
    values: dict[str, list[float]] = Field(default={}, description="Of the formula's other columns at the rows, by name.")
    residual: list[float | None] = Field(
        description="In σ: measured less predicted over the row's standard deviation, that of the column of σ or the residuals'."
    )
    leverage: list[float | None] = Field(default=[], description="After a fit: diagonal of the hat matrix, 0 … 1.")
    influence: list[float | None] = Field(default=[], description="After a fit: Cook's distance.")


class DraftResult(Message):
    """How good a fit is."""

    rows: int
    chi2: float | None = Field(default=None, description="Σ(residual/σ)²; absent unless σ is known absolutely.")
    rss: float = Field(description="Σ of squared residuals, weighted as in the fit.")
    plain_rss: float = Field(description="Σ of squared residuals without weights, in the unit of the left-hand side.")
    degrees_of_freedom: int
    reduced_chi2: float | None = None
    p: float | None = Field(default=None, description="Chance of a χ² at least as large if formula and σ are right.")
    r2: float | None = None
    aic: float | None = None
    bic: float | None = None
    free: list[str] = Field(description="Keys of the constants that were free.")
    correlation: list[list[float | None]]
    converged: bool
    ended_early: bool = Field(description="The time was over before the fit was.")
    error_factor: float | None = Field(
        default=None, description="What error bars would be multiplied by if σ were right in its ratios only: √(reduced χ²)."
    )


class DraftProfile(Message):
    """Profile likelihood of one constant: all others refitted at each value."""

    key: str
    values: list[float]
    above: list[float | None] = Field(
        description="χ² above its least at each value; without absolute σ in units of the residuals' variance."
    )
    threshold: float | None = Field(description="Height at which the interval ends; absent where the rows leave no residual.")
    low: float | None = Field(default=None, description="End of the interval; absent: it does not close within reach.")
    high: float | None = None
    note: str = Field(default="", description="Why an end is absent.")


class DraftPrice(Message):
    """One value for all categories of a column against one each, both fitted."""

    name: str
    column: str
    now: Literal["one", "each"] = Field(description="As the draft has it.")
    loss_one: float = Field(description="χ² where σ is known absolutely, else Σr².")
    loss_each: float
    constants_one: int = Field(description="Free constants of the whole formula.")
    constants_each: int
    aic_one: float | None = None
    aic_each: float | None = None
    called_for: bool | None = Field(default=None, description="Whether one each has the lower AIC; absent where there is none.")


class DraftAnswer(Message):
    """A draft read and held against the rows. What cannot be read is part of the answer, since half a formula is no failure."""

    target: int
    problem: str | None = Field(default=None, description="Why it cannot be read or fitted, and how to mend it.")
    position: int | None = Field(default=None, description="Where in the formula, from 1.")
    latex: str = ""
    formula: str = Field(default="", description="The right-hand side with the values in full digits.")
    constants: list[DraftConstant] = []
    per: dict[str, str] = Field(default={}, description="Of all constants with one value per category, however that was said.")
    categories: list[DraftCategories] = []
    columns: list[str] = Field(default=[], description="That the formula names and a curve can be drawn against.")
    x: str | None = None
    at: dict[str, float] = Field(default={}, description="Where the other columns stand along the curves.")
    curves: list[DraftCurve] = []
    rows: DraftRows | None = None
    rows_without_value: int = 0
    loss: float | None = Field(
        default=None,
        description="At these values, on all rows: χ² where σ is known absolutely, else Σr²; absent without a value.",
    )
    result: DraftResult | None = Field(default=None, description="After a fit.")
    path: list[float] = Field(default=[], description="The loss after each step of the fit, from the start.")
    profiles: list[DraftProfile] = []
    prices: list[DraftPrice] = []
    sigma: str | None = Field(default=None, description="Column of σ that rows were weighed by: the draft's, or the session's.")
    weights: str | None = Field(default=None, description="Likewise of weights.")
    notes: list[str] = []
    takes: bool = Field(
        default=True, description="Whether from_formula would take it: all its columns are inputs of the session."
    )
    seconds: float = 0.0
