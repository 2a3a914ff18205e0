"""What the stand-in's account has set up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChatwootSettings:
    """One account, one inbox, one user whose token the hospital uses."""

    clock: Callable[[], datetime]
    account: int = 1
    inbox: int = 7
    token: str = "chatwoot-token-of-the-stand-in"
    secret: str = "chatwoot-secret-of-the-stand-in"
    wait_s: float = 5.0  # how long a callback may take
    lists_sources: bool = True  # False: as if it gave no source_id back
