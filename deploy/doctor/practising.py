"""Whether the outside servers are our stand-ins: what only matters on the real way is not asked for then."""

from urllib.parse import urlsplit

from bot.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def practises(settings: Settings) -> bool:
    """Every channel that is configured speaks with a server on this machine."""
    s = settings
    used = (
        (s.wechat_app_id, s.wechat_api_url),
        (s.wecom_corp_id, s.wecom_api_url),
        (s.telegram_token, s.telegram_api_url),
    )
    urls = [url for name, url in used if name]
    return bool(urls) and all(urlsplit(url).hostname in LOOPBACK for url in urls)
