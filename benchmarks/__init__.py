"""Side-by-side measurements with peers. `python -m benchmarks` runs them and writes the table of the README."""
