"""From curves to formulas: fits of primitives, suggestions, expressions, simplification."""
