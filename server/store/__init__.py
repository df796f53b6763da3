"""What outlives the process: a database and a directory of content-addressed blobs."""
