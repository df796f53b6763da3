"""Printers of formulas, one format a file, all called alike: (network, formula, names of inputs, of targets, units) → text."""
