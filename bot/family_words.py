"""Families in a person's words: codes, wishes, and what a child, a husband or a wife calls the patient. Pure."""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from bot.messages import Button

CODE_DIGITS: Final = 6
LONGEST: Final = 32  # characters of words that can be a wish of this kind
LONGEST_NAME: Final = 8  # characters of what a member of the family is called
SOMEBODY: Final = "家人"
SOMEBODYS: Final = "您的家人"
_CODE = re.compile(r"(?:我是)?(?:家人|家属)(?:码|代码)?[\s:,]*([0-9][0-9 -]{3,9})[.。!]*")
_ASK = "(?:请|麻烦)?(?:帮我|给我|我要|我想|我)?"
_WHO = "(?:我的?)?(?:家人|家属|家里人)"
# With “再” it ends what is; 不用告诉家人 may answer some other question.
_END = re.compile(
    rf"{_ASK}(?:不再|别再|不要再|不用再|不想再|以后别|以后不要|停止)(?:提醒|通知|告诉|打扰){_WHO}(?:了|吧)?"
    rf"|{_ASK}(?:解除|取消|关掉|停掉){_WHO}(?:的)?(?:提醒|通知)(?:了|吧)?"
)
_LEAVE = re.compile(
    rf"{_ASK}(?:不要|不用|不再|不想|不|别)再?(?:当|做|作){_WHO}(?:了|吧)?|{_ASK}退出{_WHO}(?:了|吧)?"
    rf"|{_ASK}(?:不要|不想|别)再?(?:收到?|看到?){_WHO}(?:的)?(?:提醒|通知)(?:了|吧)?"
)

_PARENTS: Final = ("您母亲", "您父亲")
_PATIENTS: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(("女儿", "儿子", "闺女", "姑娘", "孩子", "小孩", "大女儿", "小女儿", "大儿子", "小儿子"), _PARENTS),
    **dict.fromkeys(("儿媳", "儿媳妇", "媳妇"), ("您婆婆", "您公公")),
    "女婿": ("您岳母", "您岳父"),
    **dict.fromkeys(("老伴", "老伴儿", "爱人", "丈夫", "妻子", "老公", "老婆", "先生", "太太"), ("您爱人",)),
    **dict.fromkeys(("妈妈", "爸爸", "母亲", "父亲", "妈", "爸", "父母"), ("您孩子",)),
    **dict.fromkeys(("孙子", "孙女"), ("您奶奶", "您爷爷")),
    **dict.fromkeys(("外孙", "外孙女"), ("您外婆", "您外公")),
    **dict.fromkeys(("哥哥", "姐姐", "哥", "姐"), ("您妹妹", "您弟弟")),
    **dict.fromkeys(("弟弟", "妹妹", "弟", "妹"), ("您姐姐", "您哥哥")),
}


def patients_of(called: str) -> Sequence[str]:
    """What the patient may be to whom the patient calls so: of a daughter a mother or a father."""
    return _PATIENTS.get(called, (SOMEBODYS,))


def name_said(text: str) -> str:
    """How the patient calls a member of the family, fit to be shown: 我女儿 → 女儿; empty words → 家人."""
    plain = unicodedata.normalize("NFKC", text).strip()
    name = re.sub(r"^(?:我的?|咱|俺)", "", re.sub(r"[^\w\u3400-\u9fff]", "", plain))
    return name[:LONGEST_NAME] or SOMEBODY


def new_code() -> str:
    """Six digits that can be read out on the telephone."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def read_code(text: str) -> str | None:
    """The digits of a code, blanks left out; None for anything else."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text[:LONGEST]))
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdecimal() else None


def typed_family(text: str) -> Button | None:
    """The family command that typed words are, nothing else beside them: 家人 123456, 不再提醒家人, 不再当家人."""
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _CODE.fullmatch(plain):
        return Button(text, command="family_look", args={"code": found[1]})
    wish = re.sub(r"[\s,.。!~“”\"']+", "", plain)
    if _END.fullmatch(wish):
        return Button(text, command="family_end")
    return Button(text, command="family_leave") if _LEAVE.fullmatch(wish) else None
