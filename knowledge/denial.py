"""Whether a word is denied by what stands before it: 没有发烧, 不咳嗽, but not 会不会发烧."""

import re

_DENIED = re.compile(
    r"(?:(?<![有是会能要])(?:没有?|不|冇|唔)|从不|并无|并未|无|未|否认|\bno|\bnot|without|don't have)"
    r"[有再见会怎么太是很曾出现什任何过觉得感到明显 ]{0,5}$"
)
_REACH = 16
"""Characters looked back; the longest denial above is shorter."""


def is_denied(text: str, start: int) -> bool:
    """Whether what begins at `start` of a normalised text is denied."""
    return _DENIED.search(text, max(0, start - _REACH), start) is not None
