"""B-splines on uniform grids: basis, curves, least squares, refinement."""
