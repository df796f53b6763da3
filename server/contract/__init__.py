"""The messages between browser and server; the single source of every generated type."""
