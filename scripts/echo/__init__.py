"""Trains the echo suppressor's network: `python -m scripts.echo`. What each step does stands in docs/models/echo.md."""
