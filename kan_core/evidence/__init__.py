"""What the rows say about a network or a law: which of them judge, errors on them, and R²."""
