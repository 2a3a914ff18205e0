"""A message as text alone: who says it and what it rests on are written out, where a page would show it."""

from bot.messages import Author, Kind, Message, Source
from connectors.splitting import whole_characters

NURSE_MARK = "【{name}】"
# In front: it is seen even where the rest of a long answer is never fetched.
GENERATED_MARK = "（AI 生成，仅供参考）"
PICTURE = "点开看图，也能存成PDF给医生（24小时内有效）：{address}"
_MONTH_CHARS = len("2026-05")


def plain(message: Message) -> str:
    """What the person reads, without buttons."""
    picture = [PICTURE.format(address=message.picture.removesuffix(".png"))] if message.picture else []
    lines = [_marked(message), *dict.fromkeys(_source(source) for source in message.sources), *picture]
    return whole_characters("\n".join(lines))


def _marked(message: Message) -> str:
    if message.author is Author.NURSE:
        return NURSE_MARK.format(name=message.by or "护士") + message.text
    return f"{GENERATED_MARK}\n{message.text}" if message.kind is Kind.GENERATED else message.text


def _source(source: Source) -> str:
    title = source.title if source.title.startswith("《") else f"《{source.title}》"
    about = "，".join(part for part in (source.publisher, source.reviewed[:_MONTH_CHARS]) if part)
    return f"出处：{title}（{about}）" if about else f"出处：{title}"
