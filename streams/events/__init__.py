"""Bytes from a topic become one typed event, or a named rejection."""
