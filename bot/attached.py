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


def kind_answer(attachments: Sequence[Attachment]) -> Reply:
    """One answer, however many pictures came at once."""
    kind = attachments[0].kind
    offers = (MENU[0], OFFER_HUMAN) if kind is AttachmentKind.LOCATION else (OFFER_HUMAN,)
    return Reply(_WORDS[kind], offers)
