"""Doses by the hundred thousand: how fast they are queued, and what a heartbeat costs among a million regimens."""
