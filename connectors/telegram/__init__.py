"""Telegram, for learners: python-telegram-bot reads and speaks the Bot API, our own aiohttp listens."""
