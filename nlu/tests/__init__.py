"""Tests of Rasa's part, run in Rasa's own environment: `python -m unittest discover -s tests -t .` in nlu/."""
