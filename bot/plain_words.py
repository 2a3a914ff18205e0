"""From words as typed to words our patterns can read.

Full width, traditional characters, homophones, invisible characters, characters torn apart by spaces or dots:
all are brought to one spelling. Only three marks remain: 。 between sentences, ， between clauses, and one
space where the person left one.
"""

import re

from knowledge.red_flags import RedFlags

_CJK = "\u3400-\u9fff"
_SEPARATORS = r"[^\w]"
_TORN = re.compile(
    rf"(?<![{_CJK}])(?:[{_CJK}]{_SEPARATORS}{{1,3}}){{2,}}[{_CJK}]?|(?:[{_CJK}]{_SEPARATORS}{{1,3}}){{3,}}"
)
_SENTENCE_END = re.compile(r"[。!?;\n\r…]+|(?<!\d)\.(?!\d)")
_CLAUSE_END = re.compile(r"[,:：]+")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_OTHER_MARKS = re.compile(r"[^\w\s。，、.℃%/]+|_+")
_SPACES = re.compile(r"\s+")
_SPACE_AT_MARK = re.compile(r"(?<=[。，、]) | (?=[。，、])")
_BLANK = "□"  # stands where an idiom was: matches no pattern, keeps its neighbours apart


def plain(text: str, flags: RedFlags) -> str:
    """Return `text` in one spelling. Linear in its length."""
    spelling = flags.spelling
    words = text.translate(spelling.characters).lower()
    words = _TORN.sub(lambda hit: re.sub(_SEPARATORS, "", hit[0]), words)
    words = _one_punctuation(words)
    return spelling.wrong_words.sub(lambda hit: spelling.right_words[hit[0]], words)


def without_idioms(words: str, flags: RedFlags) -> str:
    """Blank out the sayings (笑死我了) that only sound dangerous."""
    return flags.idioms.sub(_BLANK, words)


def _one_punctuation(words: str) -> str:
    words = _SENTENCE_END.sub("。", words)
    words = _CLAUSE_END.sub("，", words)
    words = _OTHER_MARKS.sub("", words)
    return _SPACE_AT_MARK.sub("", _SPACES.sub(" ", words)).strip()
