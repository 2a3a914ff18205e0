"""The stand-in that tests and the page drive: nurses press, patients speak, things go wrong."""

import asyncio
from datetime import datetime
from typing import Any

from connectors.tencent.crypto import Envelope
from deploy.standin.wechat.faults import Faults
from deploy.standin.wecom.callbacks import Callbacks
from deploy.standin.wecom.company import Card, Company, RobotMessage
from deploy.standin.wecom.kf import Kf, Shown, Who
from deploy.standin.wecom.settings import WeComSettings


class WeCom:
    """One company."""

    def __init__(self, settings: WeComSettings) -> None:
        self.settings = settings
        self.company = Company(settings)
        self.faults = Faults()
        application = Envelope(settings.token, (settings.aes_key,), settings.corp_id)
        kf = Envelope(settings.kf_token, (settings.kf_aes_key,), settings.corp_id)
        self.callbacks = Callbacks(application, settings.clock, settings.wait_s)
        self.kf_callbacks = Callbacks(kf, settings.clock, settings.wait_s)
        self.kf = Kf(settings, self._announce)
        self.announcing = True  # False: KF's callbacks are lost on the way

    def group(self) -> list[RobotMessage]:
        """What the nurses' group shows."""
        return self.company.group

    def cards(self, userid: str) -> list[Card]:
        """What one nurse's phone shows."""
        return [card for card in self.company.cards if card.userid == userid]

    def press(self, userid: str, card: Card, text: str = "接手") -> "asyncio.Task[bool]":
        """A nurse, or whoever got hold of her card, presses a button. Raises KeyError when the card has none."""
        button = next((one for one in card.fields["button_list"] if one["text"] == text), None)
        if button is None or card.replaced:
            raise KeyError(text)
        event = {
            "ToUserName": self.settings.corp_id, "FromUserName": userid, "CreateTime": self._seconds(),
            "MsgType": "event", "Event": "template_card_event", "EventKey": button["key"], "TaskId": card.task_id,
            "CardType": "button_interaction", "ResponseCode": self.company.new_code(card),
            "AgentID": str(self.settings.agent_id),
        }  # fmt: skip
        return self.callbacks.send(event)

    def say(self, who: Who, text: str) -> str:
        """A patient writes."""
        return self.kf.say(who, "text", {"content": text}, text)

    def choose(self, who: Who, label: str) -> str:
        """A patient touches a line of the newest menu that has it. Raises KeyError."""
        for shown in reversed(self.kf.talks[who].shown):
            for key, words in shown.menu:
                if words.endswith(label):
                    return self.kf.say(who, "text", {"content": words, "menu_id": key}, words)
        raise KeyError(label)

    def shown(self, who: Who) -> list[Shown]:
        """What a patient's phone shows."""
        return self.kf.talks[who].shown

    async def settled(self) -> None:
        """Wait until no callback is under way."""
        await self.callbacks.settled()
        await self.kf_callbacks.settled()

    async def close(self) -> None:
        """End what is under way."""
        await self.callbacks.close()
        await self.kf_callbacks.close()

    def now(self) -> datetime:
        """Its clock."""
        return self.settings.clock()

    def _announce(self, open_kfid: str, token: str) -> None:
        event: dict[str, Any] = {
            "ToUserName": self.settings.corp_id, "CreateTime": self._seconds(), "MsgType": "event",
            "Event": "kf_msg_or_event", "Token": token, "OpenKfId": open_kfid,
        }  # fmt: skip
        if self.announcing and self.kf_callbacks.url:
            self.kf_callbacks.send(event)

    def _seconds(self) -> int:
        return int(self.now().timestamp())
