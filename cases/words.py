"""A learner's message made plain: simplified, lower case, without punctuation, cut into sentences and their parts."""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import opencc

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_PAUSE = re.compile(r"[\s，,、：:“”\"'‘’（）()【】…~～—\-·。.!！;；]+")
_WHEN = re.compile(r"(的时候|时候|时|以后|之后|之前)[，,、 ]+")  # 站起来的时候，头晕吗 is asked in one breath
_ANEW = re.compile(
    r"(?<=[吗呢])(?=.{2})"
    r"|(?<=.)(?=有没有|是不是|会不会|什么时候|多长时间|平时|平常|家里|另外|还有(?!没)|以前|最近|疼在|现在|对什么|您|你)"
)  # where a voice transcript may begin another question
_QUESTION = re.compile(r"吗|呢|什么|多久|多长|哪|几|怎么|有没有|多少|是不是|会不会")
_A_NOT_A = re.compile(r"(?!有没有)(\w{1,2}?)[不没]\1(?!\1)")  # 疼不疼 → 疼, 难受不难受 → 难受
_HALF_NOT_WHOLE = re.compile(r"(?!有没有)(\w)[不没](?=\1\w)")  # 咳不咳嗽 → 咳嗽


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence."""

    text: str  # without punctuation, A-not-A kept
    plain: str  # A-not-A shortened
    pauses: tuple[int, ...]  # where in `plain` the speaker paused
    asks: bool  # ends in a question mark, or says A-not-A

    def parts(self) -> Iterator[tuple[int, int]]:
        """The spans of `plain` between the pauses."""
        ends = (*self.pauses, len(self.plain))
        return ((start, end) for start, end in zip((0, *self.pauses), ends, strict=True) if end > start)


_SAYINGS = (
    (re.compile(r"咋样|咋个样"), "怎么样"),
    (re.compile("咋"), "怎么"),
    (re.compile("啥子|啥|嘛儿"), "什么"),
    (re.compile("有无|有木有|有没得"), "有没有"),
    (re.compile("木有|没得(?=$|[吗，。？?])"), "没有"),
    (re.compile("旁人"), "别人"),
    (re.compile("小囡|小毛头|细佬|娃儿|乖乖"), "孩子"),
    (re.compile("(?<=[睡吃喝拉尿疼痛咳痒喘吐烧])的(?=怎么|好|香|厉害|重|多|少|住|踏实|安稳)"), "得"),
    (re.compile("(?<=[疼痛])滴|(?<=什么时候)滴"), "的"),
    (re.compile("神马|什莫|甚么|肾么"), "什么"),
    (re.compile("肚皮"), "肚子"),
    (re.compile("(?<=[天年月时周久了])拉(?=$|[，。？?])"), "啦"),
)  # how people say and type it → the word our cues know


_FULL_WIDTH = str.maketrans(",?!;", "，？！；")  # the lexicon is written with Chinese punctuation


def plain(said: str) -> str:
    """Simplified characters, half-width letters, lower case."""
    whole = said.encode("utf-8", "ignore").decode("utf-8")  # half an emoji is no character
    words: str = _simplified().convert(unicodedata.normalize("NFKC", whole)).lower().translate(_FULL_WIDTH)
    for saying, word in _SAYINGS:
        words = saying.sub(word, words)
    return words


def sentences(words: str) -> list[Said]:
    """The sentences of plain words."""
    return [said for each in _SENTENCE.findall(words) if (said := _sentence(each)).plain]


def _sentence(words: str) -> Said:
    spoken = _WHEN.sub(r"\1", words.rstrip("。！？!?；;\n "))
    parts = [each for part in _PAUSE.split(spoken) if part for each in _run_on(part)]
    shortened = [shorten(part) for part in parts]
    asks = words.rstrip().endswith(("?", "？")) or shortened != parts
    return replace(joined(shortened, asks), text="".join(parts))


def _run_on(part: str) -> list[str]:
    """The questions of a part that was spoken or typed without punctuation."""
    cut = [0]
    for match in _ANEW.finditer(part) if len(part) > 10 else ():
        if _QUESTION.search(part[cut[-1] : match.start()]) and match.start() - cut[-1] >= 4:
            cut.append(match.start())
    return [part[start:end] for start, end in zip(cut, (*cut[1:], len(part)), strict=True)]


def joined(parts: Sequence[str], asks: bool) -> Said:
    """A sentence of these parts."""
    words = "".join(parts)
    return Said(words, words, tuple(accumulate(len(part) for part in parts[:-1])), asks)


def shorten(words: str) -> str:
    """Let A-not-A be A: 疼不疼 asks for 疼."""
    return _HALF_NOT_WHOLE.sub("", _A_NOT_A.sub(r"\1", words))


@functools.cache
def _simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
