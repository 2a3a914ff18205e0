"""Names that both sides' processes share."""

CLINIC = "demo"
LOOPBACK = "127.0.0.1"
SQLITE = "sqlite+aiosqlite:///{var}/{clinic}.sqlite3"
