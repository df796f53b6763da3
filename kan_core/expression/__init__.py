"""Formulas as one immutable tree: inputs, exact numbers, named constants, sums, products, powers and functions."""
