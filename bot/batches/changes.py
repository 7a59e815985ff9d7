"""What others hear of batches."""

from bot.runtime.signals import Signal

BatchChanges = Signal[int]
"""Announces, by its id, each batch that was started, paused, stopped, ended or otherwise changed, after the commit."""
