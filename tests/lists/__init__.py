"""Watching all destinations of a publisher by its own list."""
