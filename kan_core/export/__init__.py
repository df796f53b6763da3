"""Printers of formulas, one format a file."""
