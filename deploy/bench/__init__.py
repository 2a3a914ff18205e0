"""`make bench`: the house beside a stock Rasa bot with the same domain, rules, sentences and actions, in one run."""
