"""How characters sound: toneless pinyin, so that 血唐 and 血糖 are heard as the same."""

from functools import cache


@cache
def sound(char: str) -> str:
    """The commonest reading of one Chinese character, without tone; anything else as it is."""
    from pypinyin import lazy_pinyin  # here, because importing it costs more than loading all drugs

    return lazy_pinyin(char)[0]
