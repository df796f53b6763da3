"""`kanscope fit`: the constants of a formula that a person wrote, from the command line."""
