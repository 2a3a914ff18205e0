"""A new case file, every field explained."""

import re
from datetime import date
from pathlib import Path

_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")


def new_case(case_id: str, today: date) -> str:
    """The text of a case file that waits to be filled in. Raises ValueError for an id that can't be a file's name."""
    if not _ID.fullmatch(case_id):
        raise ValueError("病例 id 用小写字母、数字和连字符，3 到 40 个字符，比如 belly-09")
    template = (Path(__file__).parent / "template.yml").read_text("utf-8")
    return template.format(id=case_id, date=today.isoformat())
