"""Kolmogorov-Arnold networks that become formulas: splines, training, symbols. Torch, numpy and sympy only."""
