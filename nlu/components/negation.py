"""Is a symptom denied? 没有发烧, 从来没喘过, 没有发烧、咳嗽 are denials; 是不是发烧, 忍不住咳嗽 are none."""

from __future__ import annotations

import re

_REACH = 12
_DENIED = re.compile(
    r"(?:没有?|不|无|未|否认|不是|没得)"
    r"(?:再|怎么|咋|太|很|觉得|感觉到?|感到|出现|发生|明显|任何|什么|那么|这么|有|会|过|得|发现|见|伴|是|因为|了|的|怎么会?)*$"
)
# The same words where they ask, insist or belong to another word.
_NOT_DENIED = re.compile(
    r"(?:是不是|有没有|会不会|要不要|能不能|可不可以|算不算|好不好|该不该|是否|忍不住|止不住|停不住|控制不住|不停|不断|不住"
    r"|不知道?是?|不光|不仅|不但|不只|不止|不清楚是?|不确定是?|要不|差不多|对不对|好不了|受不了|没什么|怎么不|为什么不|为啥不|不就|不会是|不会|不是因为|不能|不敢|不想|不要|没准|没准是)"
    r"(?:是|有|会|地|的|在|老|又|就|出现|得|了|因为)*$"
)
_LISTED = re.compile(
    r"(?:过|了)?(?:、|和|或者?|跟|及|以及|也(?:没有?|不|无)|[,，]?(?:也|又|更)?(?:没有?|不|无))(?:有|再|怎么)*"
)
_GONE = re.compile(
    r"(?:已经|都|也|倒是)?(?:没有了?|没了|好了|消失了|不明显|没有(?!好|用|效|缓解|减轻|改善|改变))(?![^\W\d_])"
)


def denied(text: str, start: int, end: int) -> bool:
    """Whether what stands here is said not to be there."""
    before = text[max(0, start - _REACH) : start]
    if _GONE.match(text, end):
        return True
    match = _DENIED.search(before)
    if match is None or _NOT_DENIED.search(before):
        return False
    asked = match.start() > 0 and before[match.start() - 1] == text[start]  # 发不发烧
    return not asked


def goes_on(between: str) -> bool:
    """Whether words between two symptoms carry a denial from the first to the second."""
    return _LISTED.fullmatch(between) is not None
