"""The company's side: tokens, the nurses' group and their phones."""

import hashlib
import json
import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from deploy.standin.wecom.refused import Refused
from deploy.standin.wecom.settings import WeComSettings

TOKEN_LASTS = timedelta(seconds=7_200)
CODE_LASTS = timedelta(hours=72)
A_MINUTE = timedelta(minutes=1)
ROBOT_A_MINUTE, MEMBER_A_MINUTE = 20, 30
TEXT_BYTES, MARKDOWN_BYTES = 2_048, 4_096
BUTTONS = 6
TASK_ID_BYTES = 128

Fields = Mapping[str, Any]


@dataclass(slots=True)
class RobotMessage:
    """What the group shows."""

    at: datetime
    kind: str
    text: str
    mentioned: tuple[str, ...] = ()


@dataclass(slots=True)
class Card:
    """A card on one nurse's phone."""

    at: datetime
    userid: str
    task_id: str
    fields: Fields
    replaced: str = ""  # what stands in place of the buttons


@dataclass(slots=True)
class Code:
    """Changes a card once."""

    card: Card
    until: datetime
    used: bool = False


@dataclass(slots=True)
class Company:
    """Everything but KF."""

    settings: WeComSettings
    group: list[RobotMessage] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens_fetched: int = 0
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # by secret
    _robot_at: deque[datetime] = field(default_factory=deque)
    _member_at: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _bodies: dict[str, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)

    def token(self, query: Fields) -> dict[str, Any]:
        """GET /cgi-bin/gettoken: the same token while it lasts."""
        if query.get("corpid") != self.settings.corp_id:
            raise Refused(40013, "invalid corpid")
        secret = query.get("corpsecret", "")
        if secret not in (self.settings.secret, self.settings.kf_secret):
            raise Refused(40001, "invalid credential")
        kept = self._tokens.get(secret)
        if kept is None or kept[1] <= self.now():
            kept = self._tokens[secret] = (secrets.token_urlsafe(48), self.now() + TOKEN_LASTS)
            self.tokens_fetched += 1
        return {"access_token": kept[0], "expires_in": int((kept[1] - self.now()).total_seconds())}

    def check_token(self, query: Fields, secret: str) -> None:
        """Raises Refused when the call does not carry this secret's token."""
        given = query.get("access_token", "")
        if not given:
            raise Refused(41001, "access_token missing")
        owner = next((one for one, kept in self._tokens.items() if kept[0] == given), None)
        if owner is None:
            raise Refused(40014, "invalid access_token")
        if self._tokens[owner][1] <= self.now():
            raise Refused(42001, "access_token expired")
        if owner != secret:
            raise Refused(48002, "api forbidden")

    def end_tokens(self) -> None:
        """No token that was handed out works any more."""
        self._tokens.clear()

    def robot(self, query: Fields, body: Fields) -> dict[str, Any]:
        """POST /cgi-bin/webhook/send."""
        if query.get("key") != self.settings.robot_key:
            raise Refused(93000, "invalid webhook url")
        if not _has_room(self._robot_at, self.now(), ROBOT_A_MINUTE):
            raise Refused(45009, "api freq out of limit")
        kind = body.get("msgtype", "")
        content = body.get(kind, {}).get("content", "")
        most = {"text": TEXT_BYTES, "markdown": MARKDOWN_BYTES}.get(kind)
        if most is None:
            raise Refused(40008, "invalid message type")
        if not content:
            raise Refused(44004, "empty content")
        if len(content.encode()) > most:
            raise Refused(40058, f"{kind}.content exceed max length {most}")
        mentioned = tuple(body.get(kind, {}).get("mentioned_list", ()))
        self._robot_at.append(self.now())
        self.group.append(RobotMessage(self.now(), kind, content, mentioned))
        return {}

    def send_card(self, body: Fields) -> dict[str, Any]:
        """POST /cgi-bin/message/send with a template_card."""
        if body.get("agentid") != self.settings.agent_id:
            raise Refused(40056, "invalid agentid")
        if body.get("msgtype") != "template_card":
            raise Refused(40008, "invalid message type")
        named = str(body.get("touser", "")).split("|")
        known = [one for one in named if one in self.settings.members]
        if not known:
            raise Refused(81013, "user & party & tag all invalid")
        card = body["template_card"]
        mark = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        if body.get("enable_duplicate_check") and (before := self._repeated(mark, body)):
            return before
        self._check_card(card)
        answer = {"msgid": secrets.token_hex(16), "response_code": ""}
        for userid in known:
            if not _has_room(self._member_at[userid], self.now(), MEMBER_A_MINUTE):
                raise Refused(45009, "api freq out of limit")
            self._member_at[userid].append(self.now())
            shown = Card(self.now(), userid, card["task_id"], card)
            self.cards.append(shown)
            answer["response_code"] = self.new_code(shown)
        if invalid := "|".join(one for one in named if one not in known):
            answer["invaliduser"] = invalid
        self._bodies[mark] = (self.now(), answer)
        return answer

    def _repeated(self, mark: str, body: Fields) -> dict[str, Any] | None:
        at, answer = self._bodies.get(mark, (None, None))
        interval = timedelta(seconds=body.get("duplicate_check_interval", 1_800))
        return answer if at is not None and self.now() - at < interval else None

    def _check_card(self, card: Fields) -> None:
        buttons = card.get("button_list", ())
        task_id = str(card.get("task_id", ""))
        if card.get("card_type") != "button_interaction" or not 1 <= len(buttons) <= BUTTONS:
            raise Refused(40058, "invalid template_card")
        if not 0 < len(task_id.encode()) <= TASK_ID_BYTES or any(one.task_id == task_id for one in self.cards):
            raise Refused(40058, "invalid template_card.task_id")
        if not card.get("main_title", {}).get("title"):
            raise Refused(40058, "invalid template_card.main_title")

    def update_card(self, body: Fields) -> dict[str, Any]:
        """POST /cgi-bin/message/update_template_card: words in place of the buttons."""
        code = self.codes.get(str(body.get("response_code", "")))
        if body.get("agentid") != self.settings.agent_id:
            raise Refused(40056, "invalid agentid")
        if code is None or code.used or code.until <= self.now():
            raise Refused(40058, "invalid response_code")
        code.used = True
        code.card.replaced = body["button"]["replace_name"]
        return {}

    def new_code(self, card: Card) -> str:
        """A code that changes the card once within 72 hours."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(card, self.now() + CODE_LASTS)
        return code

    def card(self, userid: str, task_id: str) -> Card:
        """The card on a nurse's phone. Raises KeyError."""
        found = next((one for one in self.cards if one.userid == userid and one.task_id == task_id), None)
        if found is None:
            raise KeyError(task_id)
        return found

    def now(self) -> datetime:
        """Its clock."""
        return self.settings.clock()


def _has_room(sent: deque[datetime], at: datetime, most: int) -> bool:
    while sent and sent[0] <= at - A_MINUTE:
        sent.popleft()
    return len(sent) < most
