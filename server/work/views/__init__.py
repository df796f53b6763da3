"""What the numerics hold → what a browser sees. Reads networks, changes nothing."""
