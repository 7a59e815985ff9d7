"""The queue's stage, for what is delivered beside it."""

from tests.unit.queue.conftest import stage, stages

__all__ = ["stage", "stages"]
