"""Patients and what their phones show."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from deploy.standin.wechat.windows import Windows

TYPING_LASTS = timedelta(seconds=15)


class Way(StrEnum):
    """How something came on the screen."""

    SAID = "said"  # by the patient
    PASSIVE = "passive"  # in the answer to the callback
    CUSTOMER_SERVICE = "customer_service"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    NOTICE = "notice"  # WeChat's own words


_EXCHANGED = frozenset({Way.SAID, Way.PASSIVE, Way.CUSTOMER_SERVICE})


class Look(StrEnum):
    """As what it is shown."""

    TEXT = "text"
    VOICE = "voice"
    IMAGE = "image"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    NEWS = "news"
    MENU = "menu"  # msgmenu: words with choices
    CARD = "card"  # template or subscription message
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Item:
    """One choice of a menu message."""

    id: str
    content: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing on the screen."""

    way: Way
    look: Look
    text: str  # words, place, title or, in a card, all rows one under the other
    number: int = 0  # 1, 2, 3 … on this phone
    at: datetime | None = None  # UTC
    title: str = ""
    url: str = ""
    media: str = ""  # media id
    items: tuple[Item, ...] = ()
    tail: str = ""  # words below the choices
    rows: tuple[tuple[str, str], ...] = ()  # of a card: label, value as the phone shows it
    cut: bool = False  # its end was lost because it was too long


@dataclass(slots=True)
class Patient:
    """One person's relation to the account. Changes as they and the account act."""

    openid: str
    followed: bool = True
    followed_at: datetime | None = None
    scene: str = ""  # of the code they came by
    receiving: bool = True  # False: they switched the account's messages off
    blacklisted: bool = False  # by the account
    windows: Windows = field(default_factory=Windows)
    subscriptions: dict[str, int | None] = field(default_factory=dict)  # template: messages left, None long-term
    screen: list[Shown] = field(default_factory=list)
    typing_until: datetime | None = None
    last_act: datetime | None = None  # last message either way; the typing state needs a recent one

    def show(self, thing: Shown, at: datetime) -> Shown:
        """Put it on the screen; an answer ends the typing state."""
        if thing.way is not Way.SAID:
            self.typing_until = None
        if thing.way in _EXCHANGED:
            self.last_act = at
        placed = replace(thing, number=len(self.screen) + 1, at=at)
        self.screen.append(placed)
        return placed

    def types(self, at: datetime) -> bool:
        """Whether 对方正在输入 stands at the top."""
        return self.typing_until is not None and self.typing_until > at


class People:
    """All patients. One who was never seen follows the account, unless said otherwise."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._all: dict[str, Patient] = {}

    def meet(self, openid: str, followed: bool = True) -> Patient:
        """The patient of this id, made known when new."""
        if openid not in self._all:
            since = self._clock() if followed else None
            self._all[openid] = Patient(openid, followed, since)
        return self._all[openid]

    def known(self, openid: object) -> Patient | None:
        """The patient, if there is one."""
        return self._all.get(openid) if isinstance(openid, str) else None

    def all(self) -> list[Patient]:
        """In the order they came."""
        return list(self._all.values())
