"""The pages of a medication record: the record at a glance, and the one that says a link has ended."""

from html import escape

from bot.record import Record
from bot.record.words import in_words

_HEAD = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>用药记录</title><style>
body{font:20px/1.7 system-ui,sans-serif;margin:0 auto;padding:24px;max-width:36em;color:#1b2a27;background:#f6f8f7}
img{width:100%;height:auto;background:#fff;border-radius:12px}
a{display:block;margin-top:16px;padding:14px;border-radius:12px;background:#0b6b58;color:#fff;text-align:center;
text-decoration:none}p{white-space:pre-line}</style></head><body>"""

REFUSED_PAGE = f"""{_HEAD}<h1>链接已失效</h1>
<p>为了保护您的隐私，用药记录的链接只在24小时内有效。</p>
<p>请回到聊天里，说“我的用药记录”，就能拿到新的链接。</p></body></html>
"""


def record_page(record: Record, place: str) -> str:
    """The record in words and as a picture, and ways to the files. `place` is the path of this page."""
    here = escape(place, quote=True)
    return f"""{_HEAD}<h1>用药记录</h1>
<p>{escape(in_words(record))}</p>
<img src="{here}.png" alt="服药日历，内容和上面的文字相同">
<a href="{here}.pdf">给医生看的表（PDF）</a>
<a href="{here}.csv">每一次的明细（表格）</a>
<a href="{here}.json">给医院系统的文件（FHIR）</a>
</body></html>
"""
