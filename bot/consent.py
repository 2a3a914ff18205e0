"""May answers use the person's own reminders? Said in plain words, by button or typed, and taken back so. Pure."""

import re

GRANT = "可以参考我的用药提醒"
_GRANTED = re.compile(rf"^(?:好的?|嗯|行)?[，,]?{GRANT}(?:了|吧)?(?:[，,。：:]\s*)?")
_REFUSED = re.compile(
    r"^(?:请)?(?:不|别)(?:要|用|许|再)?(?:再)?(?:参考|看|用|查)我的(?:用药|吃药)?(?:提醒|清单)(?:了|吧)?(?:[，,。：:]\s*)?"
)
REFUSE = "不要参考我的用药提醒"


def read_consent(text: str) -> tuple[bool | None, str]:
    """Whether consent is given or taken back, None for neither; and the words that are left."""
    if given := _GRANTED.match(text):
        return True, text[given.end() :]
    if taken := _REFUSED.match(text):
        return False, text[taken.end() :]
    return None, text
