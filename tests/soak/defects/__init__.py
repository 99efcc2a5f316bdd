"""Planted defects: what the harness has to catch; `launch` patches them into the worker's process, nowhere else."""

from tests.soak.defect import DEFECTS
from tests.soak.defects import inputs, places, stores, writes  # noqa: F401

__all__ = ["DEFECTS"]
