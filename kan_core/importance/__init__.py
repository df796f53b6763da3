"""What each edge and node contributes, and what could therefore be pruned."""
