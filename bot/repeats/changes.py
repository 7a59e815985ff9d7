"""What others hear of repeats."""

from bot.runtime.signals import Signal

RepeatChanges = Signal[None]
"""Announces, after the commit, that a repeat was created or changed, or that a run was answered or has to be shown."""
