"""HTTP and WebSocket around sessions and datasets."""
