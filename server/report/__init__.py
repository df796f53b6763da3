"""The report: one HTML file with formula, figures, errors and history that needs no network and no other file."""
