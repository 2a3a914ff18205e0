"""An API answer other than 0."""


class Refused(Exception):
    """WeCom's errcode and errmsg."""

    def __init__(self, code: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.code = code
        self.errmsg = errmsg
