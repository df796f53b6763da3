"""House rules, one a module."""
