"""Codes and wishes of linking in a person's words. Pure."""

import re
import secrets
import unicodedata

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
CODE_LENGTH = 13  # 65 random bits
LONGEST = 64  # characters of words that can be a wish of this kind
_LOOKALIKES = str.maketrans({"i": "1", "l": "1", "o": "0", " ": None, "-": None})
_CODE = re.compile(rf"[{_LETTERS}]{{{CODE_LENGTH}}}")
_LINKING = re.compile(r"(?:请|我要)?绑定(?:码|代码)?[\s:,]*([0-9a-z][0-9a-z -]{7,30})[.。!]*")
_WHAT = "(?:我的|这个|那个)?(?:网页|页面|电脑|微信|公众号|账号|帐号)?(?:上|端)?(?:的)?"
_LEAVING = re.compile(
    rf"(?:请|麻烦)?(?:帮我|给我|我要|我想|我想要)?(?:把|将|和|跟|与)?{_WHAT}(?:"
    rf"(?:解除|取消|撤销|断开|解开|退出|关掉){_WHAT}(?:绑定|关联|捆绑)|解绑{_WHAT}|(?:不要|不想|不用|别)再?{_WHAT}(?:绑定|关联)(?:着)?"
    r")(?:掉|一下|了|吧|啊|呀)*"
)


def new_code() -> str:
    """A code that nobody can guess and anybody can type."""
    return "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """In capitals and groups, for the eye."""
    return "-".join((code[:5], code[5:9], code[9:])).upper()


def read_code(text: str) -> str | None:
    """A code as it was scanned or typed: any case, full width, with blanks, o for 0; None for anything else."""
    if len(text) > LONGEST:
        return None
    code = unicodedata.normalize("NFKC", text).strip().lower().translate(_LOOKALIKES)
    return code if _CODE.fullmatch(code) else None


def read_linking(text: str) -> str | None:
    """What follows `绑定` where it looks like a code, right or wrong; None when the words wish something else."""
    found = _LINKING.fullmatch(_plain(text))
    return found[1].strip() if found else None


def read_leaving(text: str) -> bool:
    """Whether the words, and nothing beside them, say that the link shall end."""
    return _LEAVING.fullmatch(re.sub(r"[\s,.。!~“”\"']+", "", _plain(text))) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[: LONGEST + 1]).strip().lower()
