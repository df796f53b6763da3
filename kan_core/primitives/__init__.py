"""Elementary functions that an edge can become."""
