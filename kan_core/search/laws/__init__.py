"""Laws of a few terms: elementary functions of the inputs, regression over all pairs of them, constants by least squares."""
