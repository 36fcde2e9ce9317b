"""Showing innovations: finding them, reading one, telling about one's own."""
