"""This machine's clock beside an outside server's."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import SILENT, Kit

MIND_S = 60
FAILED_S = 300  # signatures and tickets are judged by their age
REMEDY = "请校时：timedatectl set-ntp true，或检查 chronyd 与虚拟机的时钟"


async def look_at_clock(kit: Kit) -> Sequence[Finding]:
    """Compared with the `Date` header (RFC 9110, 6.6.1) of the first outside server that is configured."""
    server = _server(kit)
    if server is None:
        return []
    try:
        async with kit.http.get(server, allow_redirects=False) as answer:
            stated = answer.headers.get("Date", "")
    except SILENT as error:
        return [mind("时钟", f"{server} 不回应（{type(error).__name__}），无从比较")]
    try:
        return [_judged(kit.clock(), parsedate_to_datetime(stated))]
    except ValueError:
        return [mind("时钟", f"{server} 没有给出时间，无从比较")]


def _server(kit: Kit) -> str | None:
    s = kit.settings
    by_use = (
        (s.wechat_app_id, s.wechat_api_url),
        (s.wecom_corp_id, s.wecom_api_url),
        (s.telegram_token, s.telegram_api_url),
    )
    return next((url for used, url in by_use if used), None)


def _judged(ours: datetime, theirs: datetime) -> Finding:
    apart_s = (ours - theirs).total_seconds()
    words = f"比外部服务器{'快' if apart_s > 0 else '慢'} {abs(apart_s):.0f} 秒"
    if abs(apart_s) > FAILED_S:
        return failed("时钟", f"{words}，签名和链接会被当作过期。{REMEDY}")
    return mind("时钟", f"{words}。{REMEDY}") if abs(apart_s) > MIND_S else well("时钟", words)
