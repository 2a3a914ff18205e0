"""Everything the stand-in knows: people, tokens, codes, media, the menu, what was called."""

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from deploy.standin.wechat.access import Tokens
from deploy.standin.wechat.faults import Faults
from deploy.standin.wechat.letters import Fields
from deploy.standin.wechat.people import Patient, People
from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.settings import Right, StandInSettings, Template

MEDIA_LASTS = timedelta(days=3)
_KEPT_CALLS = 500
# Calls a day of a new account: the copies of the official limits page named in our table of facts.
DAILY: Mapping[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/media/upload": 5_000,
    "/cgi-bin/media/get": 10_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/bizsend": 10_000_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/info": 5_000_000,
}
RESETS_A_MONTH = 10


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as its handler sees it: body already read."""

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    at: datetime  # UTC
    file: "Media | None" = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One API call as the developer's strip shows it. `code` None: the connection was dropped."""

    at: datetime
    path: str
    code: int | None


@dataclass(frozen=True, slots=True)
class Media:
    """Bytes with a name, kept three days."""

    kind: str  # image, voice, video, thumb
    content: bytes
    content_type: str
    name: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with a scene. `until` None: for ever."""

    scene: str
    ticket: str
    key: str  # last part of the address inside the picture
    until: datetime | None


@dataclass
class World:
    """The account's side. Handlers change it; callbacks it causes go through `announce`."""

    settings: StandInSettings
    announce: Callable[[str, Fields], None]
    people: People = field(init=False)
    tokens: Tokens = field(init=False)
    faults: Faults = field(default_factory=Faults)
    menu: list[dict[str, Any]] | None = None
    media: dict[str, Media] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)  # by ticket
    calls: deque[Answered] = field(default_factory=lambda: deque(maxlen=_KEPT_CALLS))
    ids: "count[int]" = field(default_factory=lambda: count(24_000_000_000_000_000 + secrets.randbelow(10**12)))
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)  # (day, path): calls
    _resets: dict[str, int] = field(default_factory=dict)  # month: resets

    def __post_init__(self) -> None:
        self.people = People(self.settings.clock)
        self.tokens = Tokens(self.settings.clock)

    def now(self) -> datetime:
        """UTC."""
        return self.settings.clock()

    def count_call(self, path: str) -> None:
        """Raises Refused 45009 when the day's calls of this path are used up (days of Beijing)."""
        limit = self.settings.daily_limits.get(path, DAILY.get(path))
        day = (self.now() + timedelta(hours=8)).date().isoformat()
        used = self._counts.get((day, path), 0)
        if limit is not None and used >= limit:
            raise Refused(45009, "reach max api daily quota limit")
        self._counts[(day, path)] = used + 1

    def clear_counts(self) -> None:
        """Raises Refused 48006 after ten times a month."""
        month = self.now().strftime("%Y-%m")
        if self._resets.get(month, 0) >= RESETS_A_MONTH:
            raise Refused(48006, "forbid to clear quota because of reaching the limit")
        self._resets[month] = self._resets.get(month, 0) + 1
        self._counts.clear()

    def need(self, right: Right | None) -> None:
        """Raises Refused 48001 when the account was not granted this."""
        if right is not None and right not in self.settings.rights:
            raise Refused(48001, "api unauthorized")

    def receiver(self, openid: object) -> Patient:
        """Who a message goes to. Raises Refused 40003, 43004, 43019."""
        patient = self.people.known(openid)
        if patient is None:
            raise Refused(40003, "invalid openid")
        if not patient.followed:
            raise Refused(43004, "require subscribe")
        if patient.blacklisted:
            raise Refused(43019, "require remove blacklist")
        return patient

    def template(self, id: object) -> Template:
        """Raises Refused 40037."""
        for template in self.settings.templates:
            if template.id == id:
                return template
        raise Refused(40037, "invalid template_id")

    def keep(self, media: Media) -> str:
        """Store for three days; the media id."""
        id = secrets.token_urlsafe(48)
        until = self.now() + MEDIA_LASTS
        self.media[id] = Media(media.kind, media.content, media.content_type, media.name, until)
        return id

    def kept(self, id: object) -> Media:
        """Raises Refused 40007 when it never was or is over."""
        media = self.media.get(id) if isinstance(id, str) else None
        if media is None or (media.until is not None and media.until <= self.now()):
            raise Refused(40007, "invalid media_id")
        return media
