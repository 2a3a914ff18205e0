"""The house's way to what people sent over WeChat or WeCom: temporary media, kept by Tencent for three days.

Path: developers.weixin.qq.com/doc/service/api (media, get temporary media), developer.work.weixin.qq.com (media, get).
"""

from dataclasses import dataclass

from bot.media import Fetched, MediaGone, MediaTooLarge
from connectors.tencent.api import Api, ApiRefused
from connectors.tencent.remedies import TOO_LARGE

MEDIA_GET = "/cgi-bin/media/get"
INVALID_MEDIA = 40007  # unknown, or out of its three days


@dataclass(frozen=True, slots=True)
class TencentFetcher:
    """Fetches by `media_id`; see bot.media.Fetcher."""

    api: Api

    async def fetch(self, ref: str, most: int) -> Fetched:
        """The bytes. Raises MediaTooLarge, MediaGone, ApiRefused when it may come later, TokenUnavailable."""
        try:
            found = await self.api.download(MEDIA_GET, most, query={"media_id": ref})
        except ApiRefused as error:
            if error.code == TOO_LARGE:
                raise MediaTooLarge from error
            if error.code == INVALID_MEDIA:
                raise MediaGone from error
            raise
        return Fetched(found.content, found.content_type)
