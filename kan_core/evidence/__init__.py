"""What rows say for and against a form: today, which exact number a fitted constant may stand for."""
