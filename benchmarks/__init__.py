"""Benchmarks: the real bot as its own process, between a fast Telegram and a fast SMS Center on loopback."""
