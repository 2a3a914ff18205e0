"""What is answered to a message without words: a picture, a voice that was not recognised, a place."""

from collections.abc import Mapping, Sequence

from bot import phrases
from bot.messages import Attachment, AttachmentKind, Reply
from bot.offers import MENU, OFFER_HUMAN

_WORDS: Mapping[AttachmentKind, str] = {
    AttachmentKind.IMAGE: phrases.GOT_IMAGE,
    AttachmentKind.VOICE: phrases.GOT_VOICE,
    AttachmentKind.VIDEO: phrases.GOT_FILE,
    AttachmentKind.FILE: phrases.GOT_FILE,
    AttachmentKind.LOCATION: phrases.GOT_PLACE,
    AttachmentKind.LINK: phrases.GOT_LINK,
    AttachmentKind.OTHER: phrases.GOT_SOMETHING,
}


_NAMES: Mapping[AttachmentKind, str] = {
    AttachmentKind.IMAGE: "图片",
    AttachmentKind.VOICE: "语音",
    AttachmentKind.VIDEO: "视频",
    AttachmentKind.FILE: "文件",
    AttachmentKind.LOCATION: "位置",
    AttachmentKind.LINK: "链接",
    AttachmentKind.OTHER: "其他内容",
}


def in_brackets(text: str) -> str:
    """What was no words, as the transcript has it."""
    return f"（{text}）"


def is_no_words(text: str) -> bool:
    """Whether the transcript has a thing there, or a touch of the channel's own button."""
    return not text or (text.startswith("（") and text.endswith("）") and text.count("（") == 1)


def named(attachments: Sequence[Attachment]) -> str:
    """What came, for a nurse who reads the transcript."""
    return in_brackets("、".join(_NAMES[each.kind] + (f" {each.name}" if each.name else "") for each in attachments))


def kind_answer(attachments: Sequence[Attachment]) -> Reply:
    """One answer, however many pictures came at once."""
    kind = attachments[0].kind
    offers = (MENU[0], OFFER_HUMAN) if kind is AttachmentKind.LOCATION else (OFFER_HUMAN,)
    return Reply(_WORDS[kind], offers)
