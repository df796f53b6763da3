"""Imported by the process that workers are forked from: it loads the numerics once for all of them."""

from server.discover import entry

entry.load()
