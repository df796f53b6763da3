"""Kanscope server."""
