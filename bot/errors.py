"""The error tree. A class's docstring is its message; `retryable` tells whether to try again.

XinglinError
├── BadInput            the caller's words or payload
│   ├── TooLong
│   ├── UnknownConversation
│   └── UnknownButton
├── Conflict            somebody else was first
│   ├── OpeningTaken
│   └── HandoffTaken
├── NotFound
└── Unavailable         a part of the house does not answer
    ├── StoreUnavailable
    ├── RasaUnavailable
    ├── ActionsUnavailable
    └── ModelUnavailable
"""

from typing import ClassVar


class XinglinError(Exception):
    """出了点问题，请稍后再试。"""

    retryable: ClassVar[bool] = False
    status: ClassVar[int] = 500

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail

    @property
    def title(self) -> str:
        """One kind Chinese sentence for the person."""
        return (type(self).__doc__ or "").strip()

    @property
    def detail_for_wire(self) -> str:
        """What a developer may read; never from inside the house."""
        return self.detail if self.status < 500 else ""


class BadInput(XinglinError):
    """这条消息我没看懂，请换个方式再发一次。"""

    status = 400


class TooLong(BadInput):
    """这条消息太长了，请分成几条发给我。"""

    status = 413


class UnknownConversation(BadInput):
    """没有找到这段对话，请刷新页面重新开始。"""

    status = 404


class UnknownButton(BadInput):
    """这个按钮已经失效了，请直接告诉我您想做什么。"""

    status = 409


class Conflict(XinglinError):
    """慢了一步，请重新选择。"""

    status = 409


class OpeningTaken(Conflict):
    """这个时间刚刚约满了，请换一个时间。"""


class HandoffTaken(Conflict):
    """这位患者已由其他护士接待。"""


class NotFound(XinglinError):
    """没有找到您要的内容。"""

    status = 404


class Unavailable(XinglinError):
    """系统正忙，请稍后再试；急事请直接拨打医院电话，危急请拨打120。"""

    retryable = True
    status = 503


class StoreUnavailable(Unavailable):
    """您的消息暂时没能保存，请稍后再发一次；危急情况请直接拨打120。"""


class RasaUnavailable(Unavailable):
    """理解服务正在恢复，请稍后再试；危急情况请直接拨打120。"""


class ActionsUnavailable(Unavailable):
    """办理服务正在恢复，请稍后再试；危急情况请直接拨打120。"""


class ModelUnavailable(Unavailable):
    """模型服务没有回应。"""
