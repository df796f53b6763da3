"""Least squares on the constants of a formula: starts, projection of linear constants, steps, errors."""
