"""A stand-in of Telegram's Bot API on loopback, with a page on which a person can play the learner."""
