"""The action server: what Rasa's intents do. Reads the house's stores and knowledge, never writes a conversation."""
