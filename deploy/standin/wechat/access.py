"""Access tokens: the stable ones and the old ones, which know nothing of each other.

Official: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken (7,200 s; renewed 5 minutes before
the end, both valid meanwhile; forced refresh 20 a day and 30 s apart) and …/api_getaccesstoken.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from deploy.standin.wechat.refused import Refused

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCED_A_DAY = 20
FORCED_APART = timedelta(seconds=30)
_TOKEN_BYTES = 96
_SHORTEST = 100  # characters; what is shorter is no token at all (40014)


class Tokens:
    """Every token that was given out, with the end of its life (UTC)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ends: dict[str, datetime] = {}
        self._stable = ""
        self._old = ""
        self._given_at: datetime | None = None
        self._forced: list[datetime] = []

    def stable(self, forced: bool) -> tuple[str, int]:
        """The stable token and the seconds it lasts. Raises Refused 45009 after 20 forced ones a day."""
        at = self._clock()
        rest = self._ends.get(self._stable, at) - at
        if forced and self._may_force(at):
            self.forget(self._stable)
            self._stable = self._new(at)
        elif rest <= OVERLAP:
            self._stable = self._new(at)  # the one before lives on to its own end
        return self._stable, int((self._ends[self._stable] - at).total_seconds())

    def old(self) -> tuple[str, int]:
        """A token of the old interface: the one before dies at once."""
        self.forget(self._old)
        self._old = self._new(self._clock())
        return self._old, int(LIFE.total_seconds())

    def check(self, token: str) -> None:
        """Raises Refused 41001 (none), 40014 (no token), 42001 (over), 40001 (not the newest, or nobody's)."""
        if not token:
            raise Refused(41001, "access_token missing")
        if len(token) < _SHORTEST:
            raise Refused(40014, "invalid access_token")
        ends = self._ends.get(token)
        if ends is None:
            raise Refused(40001, "invalid credential, access_token is invalid or not latest")
        if ends <= self._clock():
            raise Refused(42001, "access_token expired")

    def expire(self, token: str = "") -> None:
        """Let a token (else the stable one) end now."""
        for one in (token or self._stable,):
            if one in self._ends:
                self._ends[one] = self._clock()

    def forget(self, token: str) -> None:
        """Let a token be nobody's."""
        self._ends.pop(token, None)

    @property
    def age(self) -> timedelta | None:
        """How old the newest token is; None: none was given yet."""
        return self._clock() - self._given_at if self._given_at else None

    def _may_force(self, at: datetime) -> bool:
        self._forced = [each for each in self._forced if at - each < timedelta(days=1)]
        if self._forced and at - self._forced[-1] < FORCED_APART:
            return False  # too soon: the present one is given again
        if len(self._forced) >= FORCED_A_DAY:
            raise Refused(45009, "reach max api daily quota limit")
        self._forced.append(at)
        return True

    def _new(self, at: datetime) -> str:
        token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(_TOKEN_BYTES)}"
        self._ends = {one: ends for one, ends in self._ends.items() if at - ends < LIFE}
        self._ends[token] = at + LIFE
        self._given_at = at
        return token
