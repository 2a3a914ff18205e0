"""A refusal in Tencent's own words."""

import secrets


class Refused(Exception):
    """A call fails with this code; `words` is the English errmsg without the request's id."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code = code
        self.words = words

    def body(self) -> dict[str, int | str]:
        """As answered: HTTP 200 and the reason in the body, with a request id behind it."""
        rid = f"{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        return {"errcode": self.code, "errmsg": f"{self.words} rid: {rid}"}
