"""Networks as immutable data: making, evaluating, editing, saving."""
