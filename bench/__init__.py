"""Measurements: ratios taken in one run, with the peer beside it."""
