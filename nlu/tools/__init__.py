"""Tools for whoever writes the sentences: measure, audit, compare. Nothing here is served; Python 3.10, Rasa's own."""
