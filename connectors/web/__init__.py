"""The hospital's web page: a JSON interface and server-sent events for the chat widget."""
