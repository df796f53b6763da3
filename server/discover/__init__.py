"""`kanscope discover`: from a table to its formula on the command line, the search spread over processes of its own."""
