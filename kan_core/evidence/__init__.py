"""What rows say for and against a network or a form: which of them judge, errors, R², and which exact numbers they allow."""
