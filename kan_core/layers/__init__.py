"""A layer of edge functions as data: their kinds, their constants, their nodes."""
