"""A small stand-in of Chatwoot: one account with one API inbox."""
