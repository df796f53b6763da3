"""Running jobs somewhere else: worker processes here, a cluster perhaps later."""
