"""Measures of what engines can do, a module a task."""
