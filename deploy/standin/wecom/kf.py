"""WeChat customer service: patients' phones, what can be pulled, the window to answer.

developer.work.weixin.qq.com/document/path/94670 (pull), 94677 (send), 95122 (event answers), 94669 (states).
"""

import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from deploy.standin.wecom.refused import Refused
from deploy.standin.wecom.settings import WeComSettings

KEPT = timedelta(days=3)
WINDOW = timedelta(hours=48)
A_WORD_ALLOWS = 5
GREETING_LASTS = timedelta(seconds=20)
TOKEN_LASTS = timedelta(minutes=10)
WITHOUT_TOKEN_A_MINUTE = 10
TEXT_BYTES, HEAD_BYTES, LABEL_BYTES, MENU_LINES = 2_048, 1_024, 128, 10
MOVES = {0: (1, 2, 3, 4), 1: (1, 2, 3, 4), 2: (2, 3, 4), 3: (3, 4), 4: ()}

Fields = Mapping[str, Any]
Who = tuple[str, str]  # open_kfid, external_userid


@dataclass(slots=True)
class Shown:
    """One message on a patient's phone."""

    at: datetime
    mine: bool
    text: str
    menu: tuple[tuple[str, str], ...] = ()  # id and label


@dataclass(slots=True)
class Talk:
    """One patient with one account."""

    state: int = 0
    said_at: datetime | None = None
    left: int = 0
    greeted_at: datetime | None = None
    shown: list[Shown] = field(default_factory=list)
    wire_ids: dict[str, str] = field(default_factory=dict)
    fails_next: list[int] = field(default_factory=list)  # fail_type of sendings that will be taken and then fail


@dataclass(slots=True)
class Kf:
    """All KF accounts of the company."""

    settings: WeComSettings
    announce: Callable[[str, str], None]  # open_kfid and the callback's token
    talks: dict[Who, Talk] = field(default_factory=lambda: defaultdict(Talk))
    pulls: int = 0
    _items: dict[str, list[tuple[datetime, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    _codes: dict[str, tuple[Who, datetime]] = field(default_factory=dict)
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _without: deque[datetime] = field(default_factory=deque)

    def say(self, who: Who, msgtype: str, content: Fields, shown: str) -> str:
        """The patient sends something; its msgid."""
        talk = self.talks[who]
        talk.state = 0 if talk.state == 4 else talk.state
        talk.said_at, talk.left = self.now(), A_WORD_ALLOWS
        talk.shown.append(Shown(self.now(), True, shown))
        about = {
            "open_kfid": who[0],
            "external_userid": who[1],
            "origin": 3,
            "msgtype": msgtype,
            msgtype: dict(content),
        }
        return self._add(who[0], about)

    def enter(self, who: Who, scene: str = "") -> str:
        """The patient opens the chat; the welcome code, if one is given."""
        talk, code = self.talks[who], ""
        talked = talk.said_at and self.now() - talk.said_at < WINDOW
        if not talked and not (talk.greeted_at and self.now() - talk.greeted_at < WINDOW):
            code = secrets.token_urlsafe(16)
            self._codes[code] = (who, self.now() + GREETING_LASTS)
        event = {"event_type": "enter_session", "open_kfid": who[0], "external_userid": who[1], "scene": scene}
        self._add(who[0], {"origin": 4, "msgtype": "event", "event": event | ({"welcome_code": code} if code else {})})
        return code

    def accounts(self, _body: Fields) -> dict[str, Any]:
        """POST kf/account/list."""
        listed = self.settings.kf_accounts.items()
        return {"account_list": [{"open_kfid": key, "name": name, "avatar": ""} for key, name in listed]}

    def link(self, body: Fields) -> dict[str, Any]:
        """POST kf/add_contact_way."""
        self._account(body)
        return {"url": f"https://work.weixin.qq.com/kfid/{body['open_kfid']}?enc_scene={body.get('scene', '')}"}

    def sync(self, body: Fields) -> dict[str, Any]:
        """POST kf/sync_msg."""
        account = self._account(body)
        self.pulls += 1
        self._check_pull(str(body.get("token", "")))
        items = self._items[account]
        start = self._position(account, str(body.get("cursor", "")))
        end = min(len(items), start + min(int(body.get("limit", 1_000)), self.settings.page_items))
        found = [item for _, item in items[start:end]]
        return {"next_cursor": f"c{end}", "has_more": int(end < len(items)), "msg_list": found}

    def send(self, body: Fields) -> dict[str, Any]:
        """POST kf/send_msg."""
        who, talk = self._talk(body, "touser")
        if (before := str(body.get("msgid", ""))) in talk.wire_ids:
            return {"msgid": before}
        if talk.said_at is None or self.now() - talk.said_at >= WINDOW:
            raise Refused(95002, "send msg out of 48 hours")
        if talk.state not in (0, 1):
            raise Refused(95018, "send msg session status invalid")
        if talk.left <= 0:
            raise Refused(95001, "send msg count limit")
        shown = _shown(body, self.now())
        talk.left -= 1
        wire_id = before or secrets.token_hex(16)
        talk.wire_ids[wire_id] = shown.text
        if talk.fails_next:
            self._fail(who, wire_id, talk.fails_next.pop(0))
        else:
            talk.shown.append(shown)
        return {"msgid": wire_id}

    def send_on_event(self, body: Fields) -> dict[str, Any]:
        """POST kf/send_msg_on_event: one greeting for one code."""
        who, until = self._codes.pop(str(body.get("code", "")), (None, None))
        if who is None or until is None or until <= self.now():
            raise Refused(40029, "invalid code")
        talk = self.talks[who]
        talk.shown.append(_shown(body, self.now()))
        talk.greeted_at = self.now()
        return {"msgid": body.get("msgid") or secrets.token_hex(16)}

    def state(self, body: Fields) -> dict[str, Any]:
        """POST kf/service_state/get."""
        return {"service_state": self._talk(body, "external_userid")[1].state, "servicer_userid": ""}

    def move(self, body: Fields) -> dict[str, Any]:
        """POST kf/service_state/trans."""
        _, talk = self._talk(body, "external_userid")
        wanted = body.get("service_state")
        if wanted not in MOVES[talk.state]:
            raise Refused(95018, "session status invalid")
        talk.state = int(wanted)
        return {"msg_code": secrets.token_urlsafe(8)}

    def _fail(self, who: Who, wire_id: str, fail_type: int) -> None:
        event = {
            "event_type": "msg_send_fail", "open_kfid": who[0], "external_userid": who[1], "fail_msgid": wire_id,
            "fail_type": fail_type,
        }  # fmt: skip
        self._add(who[0], {"origin": 4, "msgtype": "event", "event": event})

    def _add(self, account: str, about: dict[str, Any]) -> str:
        msgid = secrets.token_hex(16)
        self._items[account].append((self.now(), {"msgid": msgid, "send_time": int(self.now().timestamp()), **about}))
        token = "ENC" + secrets.token_urlsafe(24)
        self._tokens[token] = self.now() + TOKEN_LASTS
        self.announce(account, token)
        return msgid

    def _position(self, account: str, cursor: str) -> int:
        if cursor:
            if not cursor[1:].isdigit() or int(cursor[1:]) > len(self._items[account]):
                raise Refused(40035, "invalid cursor")
            return int(cursor[1:])
        oldest = self.now() - KEPT
        return next((n for n, (at, _) in enumerate(self._items[account]) if at >= oldest), len(self._items[account]))

    def _check_pull(self, token: str) -> None:
        if token and self._tokens.get(token, self.now()) > self.now():
            return
        while self._without and self._without[0] <= self.now() - timedelta(minutes=1):
            self._without.popleft()
        if len(self._without) >= WITHOUT_TOKEN_A_MINUTE:
            raise Refused(45009, "api freq out of limit")
        self._without.append(self.now())
        if token:
            raise Refused(95007, "invalid token")

    def _account(self, body: Fields) -> str:
        account = str(body.get("open_kfid", ""))
        if account not in self.settings.kf_accounts:
            raise Refused(95004, "open_kfid not exist")
        return account

    def _talk(self, body: Fields, field_: str) -> tuple[Who, Talk]:
        who = (self._account(body), str(body.get(field_, "")))
        if who not in self.talks:
            raise Refused(40096, "invalid external userid")
        return who, self.talks[who]

    def now(self) -> datetime:
        """Its clock."""
        return self.settings.clock()


def _shown(body: Fields, at: datetime) -> Shown:
    match body.get("msgtype"):
        case "text":
            words = str(body["text"]["content"])
            if not words or len(words.encode()) > TEXT_BYTES:
                raise Refused(45002, "content size out of limit")
            return Shown(at, False, words)
        case "msgmenu":
            return _shown_menu(body["msgmenu"], at)
    raise Refused(95008, "invalid msgtype")


def _shown_menu(menu: Fields, at: datetime) -> Shown:
    lines = tuple((one["click"]["id"], one["click"]["content"]) for one in menu["list"])
    too_long = any(len(label.encode()) > LABEL_BYTES or len(key.encode()) > LABEL_BYTES for key, label in lines)
    head, tail = str(menu.get("head_content", "")), str(menu.get("tail_content", ""))
    if too_long or not 0 < len(lines) <= MENU_LINES or len(head.encode()) > HEAD_BYTES:
        raise Refused(45002, "msgmenu size out of limit")
    return Shown(at, False, head + tail, lines)
