"""Automatic search: from a table to the Pareto front of formulas, as rounds of independent tasks."""
