"""Stand-ins of the servers outside: they behave like Tencent's and Telegram's, on loopback, from public facts."""
