"""What an edge could be: one answer for the page, for Python and for the estimators. `suggest` is the door."""
