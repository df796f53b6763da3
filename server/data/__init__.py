"""`kanscope data`: what is kept in a data folder, for administrators; without server or browser."""
