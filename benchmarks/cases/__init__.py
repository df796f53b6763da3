"""One measurement a module; each is run in a process of its own and prints one JSON object on its last line."""
