"""Lays the ground for every `make` target; standard library only, for nothing is installed when it starts."""
