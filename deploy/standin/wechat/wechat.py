"""The patients' side: what they do on their phones, and what these show."""

from collections.abc import Sequence

from deploy.standin.wechat import letters
from deploy.standin.wechat.callbacks import Delivery
from deploy.standin.wechat.letters import Fields
from deploy.standin.wechat.line import Line
from deploy.standin.wechat.media import SILENCE_AMR
from deploy.standin.wechat.people import Look, Patient, Shown, Way
from deploy.standin.wechat.settings import TemplateKind
from deploy.standin.wechat.windows import Act
from deploy.standin.wechat.world import Media


class NotFollowing(Exception):
    """Who does not follow the account can't write to it."""


class WeChat(Line):
    """Everything a test or the phone page can do. Each act returns how its callback went."""

    # What a patient does

    async def say(self, openid: str, words: str, id: int | None = None) -> Delivery:
        """Type words. `id` repeats a MsgId on purpose."""
        self._talks(openid, Shown(Way.SAID, Look.TEXT, words), Act.SAID)
        return await self.deliver(openid, letters.text(words), id)

    async def choose(self, openid: str, item: str, number: int | None = None) -> Delivery:
        """Press a menu message's item: its words, how they end, or its id; of message `number`, else the newest."""
        menus = [one for one in self.shown(openid) if one.items and number in (None, one.number)]
        found = [
            (one, each)
            for one in reversed(menus)
            for each in one.items
            if each.content.endswith(item) or each.id == item
        ]
        if not found:
            raise LookupError(item)
        choice = found[0][1]
        # A click on a menu message opens the short window only: guide/product/kf/intro.html.
        self._talks(openid, Shown(Way.SAID, Look.TEXT, choice.content), Act.TOUCHED)
        return await self.deliver(openid, letters.text(choice.content, choice.id))

    async def follow_link(self, openid: str, words: str, id: str) -> Delivery:
        """Press a `weixin://bizmsgmenu` link inside a text: it says its words."""
        self._talks(openid, Shown(Way.SAID, Look.TEXT, words), Act.TOUCHED)
        return await self.deliver(openid, letters.text(words, id))

    async def voice(self, openid: str, words: str | None, content: bytes = SILENCE_AMR) -> Delivery:
        """Speak. `words` are what is recognised; None: nothing was."""
        media = self.world.keep(Media("voice", content, "audio/amr", "voice.amr"))
        self._talks(openid, Shown(Way.SAID, Look.VOICE, words or "", media=media), Act.SAID)
        heard = (words or "") if self.settings.speech_recognition else None
        return await self.deliver(openid, letters.voice(media, heard))

    async def image(self, openid: str, content: bytes, content_type: str = "image/jpeg") -> Delivery:
        """Send a picture."""
        media = self.world.keep(Media("image", content, content_type, "image.jpg"))
        self._talks(openid, Shown(Way.SAID, Look.IMAGE, "[图片]", media=media), Act.SAID)
        return await self.deliver(openid, letters.image(media, f"{self.settings.public_url}/standin/media/{media}"))

    async def video(self, openid: str, content: bytes, short: bool = False) -> Delivery:
        """Send a video."""
        media = self.world.keep(Media("video", content, "video/mp4", "video.mp4"))
        self._talks(openid, Shown(Way.SAID, Look.VIDEO, "[视频]", media=media), Act.SAID)
        return await self.deliver(openid, letters.video(media, media, short))

    async def location(self, openid: str, latitude: float, longitude: float, label: str) -> Delivery:
        """Send a place."""
        self._talks(openid, Shown(Way.SAID, Look.LOCATION, label), Act.SAID)
        return await self.deliver(openid, letters.location(latitude, longitude, label))

    async def link(self, openid: str, title: str, description: str, url: str) -> Delivery:
        """Pass on a web page."""
        self._talks(openid, Shown(Way.SAID, Look.LINK, description, title=title, url=url), Act.SAID)
        return await self.deliver(openid, letters.link(title, description, url))

    async def raw(self, openid: str, fields: Fields) -> Delivery:
        """Send any fields, such as a type that is not known yet."""
        self._talks(openid, None, Act.SAID)
        return await self.deliver(openid, fields)

    async def press(self, openid: str, name: str) -> Delivery:
        """Press a button of the account's menu, by its name or key. Raises LookupError."""
        button = next((one for one in self.buttons() if name in (one.get("name"), one.get("key"))), None)
        if button is None:
            raise LookupError(name)
        if button["type"] == "view":
            self._follower(openid)
            return await self.deliver(openid, letters.event("VIEW", EventKey=button["url"], MenuId="1"))
        self._talks(openid, None, Act.TOUCHED)
        kind = "CLICK" if button["type"] == "click" else button["type"]
        return await self.deliver(openid, letters.event(kind, EventKey=button["key"]))

    async def follow(self, openid: str, ticket: str = "", scene: str = "") -> Delivery:
        """Follow the account: found by name, or by a code with a ticket or a scene."""
        patient = self.world.people.meet(openid, followed=False)
        scene = self._scene(ticket) if ticket else scene
        patient.followed, patient.followed_at, patient.scene = True, self.world.now(), scene
        self._talks(openid, None, Act.TOUCHED)
        key = {"EventKey": f"qrscene_{scene}", "Ticket": ticket or "gQ" + scene} if scene else {"EventKey": ""}
        return await self.deliver(openid, letters.event("subscribe", **key))

    async def unfollow(self, openid: str) -> Delivery:
        """Stop following: windows end; subscription notices still arrive, in 服务通知."""
        patient = self._follower(openid)
        patient.followed, patient.followed_at = False, None
        patient.windows.close()
        return await self.deliver(openid, letters.event("unsubscribe", EventKey=""))

    async def scan(self, openid: str, ticket: str = "", scene: str = "") -> Delivery:
        """Scan a code: who does not follow yet, follows by it."""
        patient = self.world.people.meet(openid)
        if not patient.followed:
            return await self.follow(openid, ticket, scene)
        self._talks(openid, None, Act.TOUCHED)
        scene = self._scene(ticket) if ticket else scene
        return await self.deliver(openid, letters.event("SCAN", EventKey=scene, Ticket=ticket or "gQ" + scene))

    def pay(self, openid: str) -> None:
        """Pay: any number of messages for 48 hours."""
        self._follower(openid).windows.open(Act.PAID, self.world.now())

    def receiving(self, openid: str, on: bool) -> None:
        """Switch the account's messages on or off (接收消息)."""
        self._follower(openid).receiving = on

    async def subscribe(self, openid: str, answers: Sequence[tuple[str, bool]]) -> Delivery:
        """Answer the dialog of subscription notices: template, accepted."""
        patient = self.world.people.meet(openid)
        rows = []
        for template, accepted in answers:
            kind = self.world.template(template).kind
            if accepted:
                long_term = kind is TemplateKind.LONG_TERM
                patient.subscriptions[template] = None if long_term else self._left(patient, template) + 1
            status = "accept" if accepted else "reject"
            rows.append({"TemplateId": template, "SubscribeStatusString": status, "PopupScene": 1})
        return await self.deliver(openid, letters.subscriptions("subscribe_msg_popup_event", rows))

    async def unsubscribe(self, openid: str, template: str) -> Delivery:
        """Refuse a subscription notice later, in its settings."""
        patient = self.world.people.meet(openid)
        patient.subscriptions.pop(template, None)
        rows = [{"TemplateId": template, "SubscribeStatusString": "reject"}]
        return await self.deliver(openid, letters.subscriptions("subscribe_msg_change_event", rows))

    # What a patient sees

    def shown(self, openid: str) -> list[Shown]:
        """Everything on the screen, oldest first."""
        patient = self.world.people.known(openid)
        return list(patient.screen) if patient else []

    def answers(self, openid: str) -> list[str]:
        """The account's words on the screen and WeChat's own, oldest first."""
        return [one.text for one in self.shown(openid) if one.way is not Way.SAID]

    def buttons(self) -> list[dict[str, str]]:
        """The menu's buttons that can be pressed, those below others among them."""
        top = self.world.menu or []
        return [each for one in top for each in (one.get("sub_button") or [one])]

    def _follower(self, openid: str) -> Patient:
        patient = self.world.people.meet(openid)
        if not patient.followed:
            raise NotFollowing
        return patient

    def _talks(self, openid: str, thing: Shown | None, act: Act) -> None:
        """The patient's own side of an act: their screen and the window it opens."""
        patient, at = self._follower(openid), self.world.now()
        patient.windows.open(act, at)
        patient.last_act = at
        if thing is not None:
            patient.show(thing, at)

    def _scene(self, ticket: str) -> str:
        code = self.world.codes.get(ticket)
        if code is None or (code.until is not None and code.until <= self.world.now()):
            raise LookupError(ticket)
        return code.scene

    @staticmethod
    def _left(patient: Patient, template: str) -> int:
        return patient.subscriptions.get(template) or 0
