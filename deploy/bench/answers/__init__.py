"""`make bench-answers`: how safe, how quick and how knowing the answers are."""
