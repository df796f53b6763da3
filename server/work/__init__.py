"""What runs in a worker process: the only place that joins the contract and the numerics."""
