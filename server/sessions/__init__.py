"""Sessions without a web framework: one action at a time over a tree of revisions, told to many browsers."""
