"""The conversation: a message's way through, its memory and its exit."""
