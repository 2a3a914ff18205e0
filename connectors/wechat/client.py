"""The wire out: customer-service messages while the window is open, template messages for reminders when it is not,
and one that tells of a nurse's words that wait.

What remains possible is counted in Reach; what Tencent answers corrects the count. Windows and numbers:
developers.weixin.qq.com, 客服消息, rules since June 2023. A customer-service message has no id by which Tencent could
tell a repeat: when the answer to one is lost it is sent again, for twice is better than never.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.conversation import Conversation
from bot.errors import XinglinError
from bot.messages import Address, Author, Message
from bot.reach import Reach, Standing
from connectors.base import Bundle, ChannelRefused, Fate
from connectors.tencent.api import Api, ApiRefused
from connectors.tencent.remedies import Remedy
from connectors.wechat import codec
from connectors.wechat.drug_labels import other_drugs
from connectors.wechat.fates import TemplateFates
from connectors.wechat.fitting import Unfit
from connectors.wechat.packing import Body, in_reply, is_reminder, is_urgent
from connectors.wechat.templates import Details, Purpose, Template, TemplateKind, Templates
from knowledge.drug_names import DrugBook

log = logging.getLogger(__name__)

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"

KEEP = 1  # messages of a window kept for a warning of danger or a nurse
DAY_USED_UP, MINUTE_USED_UP = 45009, 45011
PAUSES = {DAY_USED_UP: timedelta(hours=1), MINUTE_USED_UP: timedelta(minutes=1)}
OPERATOR_PAUSE = timedelta(minutes=10)  # nothing changes before a person has changed a setting
NO_RIGHT = (48001, 48004, 48008)  # this way is not open to the account; another may be
NO_MENU = (45098, 40200, 40008, 48008)  # the same is tried as text
NO_TEMPLATE = (40037, 41030)  # wrong in the settings; the message may still leave another way
REPEATED = 45066  # a template message with this id was taken before
SWITCHED_OFF = (48002, 43019)

# Twenty characters: what a `thing` field holds.
NURSE_WAITS = "护士回复了您，点开公众号发任意一句话查看"
WARNING_WAITS = "有重要提醒，点开公众号发任意一句话查看"

DetailsOf = Callable[[Conversation, Message], Awaitable[Details]]
"""What a reminder is about, for the fields of a template."""


async def details_in_words(_conversation: Conversation, message: Message) -> Details:
    """For a house that knows no more than the message itself."""
    return Details(message.text, message.at)


@dataclass(frozen=True, slots=True)
class WeChatClient:
    """Sends to people of the official account."""

    api: Api
    reach: Reach
    templates: Templates
    details: DetailsOf
    book: Callable[[], DrugBook]  # shortened names must not be those of other drugs
    clock: Callable[[], datetime]
    fates: TemplateFates  # what becomes of template messages after they were taken
    customer_service: bool = True  # the account may send outside of replies

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """By the first way that is open. Raises ChannelRefused."""
        urgent, reminder = is_urgent(bundle.messages), is_reminder(bundle)
        if await self._in_window(conversation.address, bundle, 0 if urgent else KEEP):
            return
        if reminder and await self._by_template(conversation, bundle.messages[0]):
            return
        # A dose that nobody is reminded of is worse than an empty reserve.
        if reminder and await self._in_window(conversation.address, bundle, 0):
            return
        # What becomes of the bundle is that of its first message; those joined to it are tried again by themselves.
        if reminder:  # one that comes late is wrong
            raise ChannelRefused("no way is open", Fate.GIVE_UP)
        waits_urgently = is_urgent(bundle.messages[:1])
        if waits_urgently:
            await self._notify(conversation.address, bundle.messages[0])
        raise ChannelRefused("no way is open", Fate.WAIT, tell=waits_urgently)

    async def typing(self, address: Address) -> None:
        """Show that an answer is being written. Only a courtesy: what goes wrong is noted, not raised."""
        if not self.customer_service:
            return
        try:
            await self.api.call(TYPING, body=codec.typing(address.user))
        except XinglinError as error:
            log.info("typing not shown", extra={"action": "wechat_typing", "why": error.detail})

    async def _in_window(self, address: Address, bundle: Bundle, keep: int) -> bool:
        """Send a customer-service message; False where none is allowed now."""
        left = await self.reach.left(address, self.clock())
        if not self.customer_service or left.standing is not Standing.OPEN or not left.beyond(keep):
            return False
        last = bundle.more and left.beyond(keep) == 1
        try:
            await self._say(address.user, bundle, ask=last)
        except ApiRefused as error:
            if await self._closes(address, error):
                return False
            raise _refused(error) from error
        # Counted once it has left: a busy server costs the person nothing.
        await self.reach.spend(address, self.clock())
        return True

    async def _say(self, user: str, bundle: Bundle, *, ask: bool) -> None:
        body: Body = bundle.body
        if body.menu is not None:
            try:
                await self.api.call(SEND, body=codec.custom_menu(user, body.menu, body.more if ask else ""))
                return
            except ApiRefused as error:
                if error.code not in NO_MENU:
                    raise
        await self.api.call(SEND, body=codec.custom_text(user, in_reply(bundle, ask=ask)))

    async def _notify(self, address: Address, message: Message) -> None:
        """Tell the person by template, once until they write, that something waits. Raises ChannelRefused."""
        template = self.templates.of(Purpose.NOTICE)
        if template is None or not await self.reach.notice(address, self.clock()):
            return
        words = NURSE_WAITS if message.author is Author.NURSE else WARNING_WAITS
        left = False
        try:
            left = await self._leaves_as(template, address, Details(words, self.clock()), message.id, followed=False)
        except ChannelRefused as error:
            if error.fate is Fate.RETRY and error.after is None:  # a busy server: a moment later it works
                raise
            # What only an operator can mend must not use up the tries of the message itself: it waits.
        finally:
            if not left:
                await self.reach.not_noticed(address)

    async def _by_template(self, conversation: Conversation, message: Message) -> bool:
        """Send a reminder as a template message; False where there is none that may be sent."""
        details = await self.details(conversation, message)
        template = self.templates.of(details.purpose)
        if template is None:
            return False
        return await self._leaves_as(template, conversation.address, details, message.id, followed=True)

    async def _leaves_as(
        self, template: Template, address: Address, details: Details, message: str, *, followed: bool
    ) -> bool:
        """False where the template may not be sent. `followed`: the message is lost when WeChat loses the template's,
        else it waits anyway. Raises ChannelRefused.
        """
        if not await self._may_use(template, address):
            return False
        try:
            is_other = other_drugs(self.book(), details.drug)
            body = template.body(address.user, details, message, is_other)
            await self._call_template(template, address, message if followed else "", body)
        except Unfit as error:
            await self._give_back(template, address)
            _alarm("template field", {"field": str(error)})
            return False
        except ApiRefused as error:
            return await self._template_refused(template, address, error)
        return True

    async def _call_template(self, template: Template, address: Address, message: str, body: dict[str, Any]) -> None:
        if message and template.kind is not TemplateKind.TEMPLATE:
            await self.fates.leaves(message, address, template.id)
        answer = await self.api.call(template.path, body=body)
        if message and (number := answer.get("msgid")):
            await self.fates.left(message, str(number))

    async def _may_use(self, template: Template, address: Address) -> bool:
        standing = (await self.reach.left(address, self.clock())).standing
        if template.kind is TemplateKind.TEMPLATE:
            return standing is Standing.OPEN
        # Subscription notices reach people who follow no more, too; those who switched us off they don't.
        return standing is not Standing.BLOCKED and await self.reach.use_subscription(address, template.id)

    async def _template_refused(self, template: Template, address: Address, error: ApiRefused) -> bool:
        """True when it has left after all, False when another way is to be tried. Raises ChannelRefused."""
        if error.code == REPEATED:
            return True
        if error.remedy is Remedy.ASK_AGAIN:
            await self.reach.subscribed(address, template.id, 0)
            return False
        if not error.maybe_done:
            await self._give_back(template, address)
        if error.remedy is Remedy.BAD_FIELDS:
            _alarm("template message refused", {"code": error.code, "advice": error.words})
            return False
        if error.code in NO_TEMPLATE or await self._closes(address, error):
            return False
        raise _refused(error) from error

    async def _give_back(self, template: Template, address: Address) -> None:
        if template.kind is TemplateKind.ONE_TIME:
            await self.reach.subscribed(address, template.id, 1)

    async def _closes(self, address: Address, error: ApiRefused) -> bool:
        """Whether this way is closed to the person, or to the account; noted."""
        if error.code in PAUSES:  # calls have run out, not messages
            return False
        match error.remedy:
            case Remedy.CLOSED:
                await self.reach.closed(address)
            case Remedy.WAIT:
                await self.reach.ran_out(address)
            case Remedy.GONE:
                blocked = error.code in SWITCHED_OFF
                await self.reach.mark(address, Standing.BLOCKED if blocked else Standing.UNFOLLOWED)
            case _:
                return error.code in NO_RIGHT
        return True


def _refused(error: ApiRefused) -> ChannelRefused:
    """What the courier has to do."""
    if pause := PAUSES.get(error.code):
        _alarm("calls used up", {"code": error.code, "advice": error.words})
        return ChannelRefused(error.detail, Fate.RETRY, pause)
    if error.remedy in (Remedy.RETRY, Remedy.TOKEN):
        return ChannelRefused(error.detail, Fate.RETRY)
    if error.remedy is Remedy.OPERATOR:  # Api has called for one
        return ChannelRefused(error.detail, Fate.RETRY, OPERATOR_PAUSE)
    _alarm("message refused", {"code": error.code, "advice": error.words})
    return ChannelRefused(error.detail, Fate.GIVE_UP)


def _alarm(event: str, extra: dict[str, Any]) -> None:
    """For the operator, beside what Api writes: a number and advice, nothing of a person."""
    log.error(event, extra={"action": "wechat_operator_needed"} | extra)
