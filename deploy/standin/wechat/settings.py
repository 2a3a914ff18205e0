"""What the account behind the stand-in is, and what it may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from deploy.standin.clock import JumpingClock


class Mode(StrEnum):
    """How callbacks travel (message encryption modes of an official account)."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"  # both, side by side
    SAFE = "safe"  # cipher only


class Right(StrEnum):
    """Interfaces that Tencent grants or withholds; a call without the right fails with 48001."""

    CUSTOMER_SERVICE = "customer_service"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    MENU = "menu"
    QR = "qr"
    MEDIA = "media"
    OAUTH = "oauth"


class TemplateKind(StrEnum):
    """Which call a template belongs to, and how long a subscription lasts."""

    TEMPLATE = "template"  # 模板消息: needs a follower, no subscription
    ONE_TIME = "one_time"  # 一次性订阅: one tap, one message
    LONG_TERM = "long_term"  # 长期订阅: one tap, many messages


@dataclass(frozen=True, slots=True)
class Template:
    """One template in use. `content` names its fields as Tencent does: `药品：{{thing1.DATA}}`."""

    id: str
    title: str
    content: str
    kind: TemplateKind = TemplateKind.TEMPLATE
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # values of enum fields


# 43 characters of a-z, A-Z, 0-9, as Tencent demands.
EXAMPLE_AES_KEY = "xinglinStandInKey0123456789abcdefghijklmnoo"

EXAMPLE_TEMPLATES = (
    Template(
        "dose-long-term-template-0000000000000000000",
        "服药提醒",
        "药品名称：{{thing1.DATA}}\n用量：{{thing2.DATA}}\n服药时间：{{time3.DATA}}\n温馨提示：{{thing4.DATA}}\n",
        TemplateKind.LONG_TERM,
    ),
    Template(
        "dose-one-time-template-00000000000000000000",
        "用药提醒",
        "药品名称：{{thing1.DATA}}\n用量：{{thing2.DATA}}\n服药时间：{{time3.DATA}}\n",
        TemplateKind.ONE_TIME,
    ),
    Template(
        "visit-template-0000000000000000000000000000",
        "就诊提醒",
        "就诊科室：{{thing1.DATA}}\n就诊时间：{{time2.DATA}}\n就诊地点：{{thing3.DATA}}\n",
    ),
    Template(
        "notice-template-000000000000000000000000000",
        "新消息通知",
        "消息类型：{{phrase1.DATA}}\n消息内容：{{thing2.DATA}}\n时间：{{time3.DATA}}\n",
    ),
)


@dataclass(frozen=True, slots=True)
class StandInSettings:
    """The account. Everything is known beforehand, so that a house can be pointed at it."""

    callback_url: str = ""  # of the hospital; empty: nothing is called until `WeChat.call_at`
    app_id: str = "wx0123456789abcdef"
    secret: str = "stand-in-secret-0123456789abcdef"
    token: str = "standintoken"  # signs callbacks
    aes_key: str = EXAMPLE_AES_KEY
    mode: Mode = Mode.SAFE
    account: str = "gh_0123456789ab"  # the account's own id in messages
    name: str = "杏林医院"
    wait_s: float = 5.0  # one try of a callback
    tries: int = 3
    rights: frozenset[Right] = frozenset(Right)
    verified: bool = True  # False: msgmenu fails with 40200
    speech_recognition: bool = True  # False: voice comes without `Recognition`
    allowed_ips: frozenset[str] | None = None  # None: every address may call (no 40164)
    templates: tuple[Template, ...] = EXAMPLE_TEMPLATES
    daily_limits: Mapping[str, int] = field(default_factory=dict)  # path: calls a day, before the official ones
    oauth_domain: str = ""  # host that may be redirected to; empty: every one
    public_url: str = "http://127.0.0.1:8188"  # where the stand-in itself is reached
    callback_clock: Callable[[], datetime] | None = None  # by which callbacks are signed; None: `clock`
    clock: Callable[[], datetime] = field(default_factory=JumpingClock)
