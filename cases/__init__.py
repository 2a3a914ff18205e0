"""Simulated patients: case files, what a patient says, how an encounter is scored. Pure; blind to every wire."""
