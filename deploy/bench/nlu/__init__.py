"""`make bench-nlu`: our reading of sentences beside stock Rasa's, trained on the same sentences, in one run."""
