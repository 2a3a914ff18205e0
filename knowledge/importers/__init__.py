"""Importers: each reads one kind of published file and gives what it holds as records, a step at a time."""
