"""Uploaded files → stored tables: reading text in any dialect, and the table as bytes."""
