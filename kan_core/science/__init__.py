"""Worked problems: made and measured tables with the physics behind them."""
