"""What can be done with a law: make it, fit it, edit it, judge its constants, and let the network follow it."""
