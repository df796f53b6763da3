"""Proof that an export says what the network says: it is executed or read back, and compared on held-out rows."""
