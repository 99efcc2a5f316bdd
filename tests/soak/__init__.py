"""The fault harness: workers and brokers of its own, faults from a seed, final values compared with compute's."""
