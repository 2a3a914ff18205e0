"""Thousands of ladders on a local Temporal whose worker is killed in the middle: nothing lost, nothing doubled."""
