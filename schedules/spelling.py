"""One spelling for many: full-width and traditional characters become plain ones, position by position."""

from typing import Final

MAX_SAID: Final = 1000
"""Longest text, in characters, that the grammars of this room read; nobody says a time in more."""

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_UPPER: Final = {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SAME: Final = str.maketrans(
    "後點週禮號個鐘兩時間過開飯藥還從這連續幾劑噴膠貼換隨發熱燒單總停點滿歲頭氣陰壹贰叁肆伍陆柒捌玖拾〇早"
    "節農歷曆臘聖誕國慶勞動兒親師陽將來內裡裏與鍾當現剛幹閏舊晝聽爾萬處間驚蟄種穀",
    "后点周礼号个钟两时间过开饭药还从这连续几剂喷胶贴换随发热烧单总停点满岁头气阴一二三四五六七八九十零早"
    "节农历历腊圣诞国庆劳动儿亲师阳将来内里里与钟当现刚干闰旧昼听尔万处间惊蛰种谷",
)
_PUNCTUATION: Final = str.maketrans("–—−﹣～∼×∶。｡．", "---" + "-~~*:。。.")


def plain(text: str) -> str:
    """The same text, of the same length, with half-width signs, small Latin letters and simplified time words.

    Length is kept so that a span found in the plain text points into what the person wrote.
    """
    full = text.translate(_FULL_WIDTH | _UPPER)
    return full.translate(_UPPER).translate(_SAME).translate(_PUNCTUATION)


def masked(text: str, start: int, end: int) -> str:
    """The text with one span blanked out by NULs, so that no later rule reads it again."""
    return text[:start] + "\0" * (end - start) + text[end:]
