"""`make bench-knowledge`: how good and how quick the knowledge is."""
