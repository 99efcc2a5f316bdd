"""Texts of policies that several tests have."""

LOOSE = """
[calendars.office]
zone = "Europe/Berlin"
hours = { mon-fri = ["09:00-17:00"] }
[[policies]]
name = "loose"
calendar = "office"
first_response = { target = "30h" }
resolution = { target = "90h", pauses = [] }
"""
