"""The account's token by the stable interface: it neither ends another program's token nor is ended by one.

developers.weixin.qq.com, getStableAccessToken: 7,200 s, the same token until 5 min before its end.
"""

from datetime import timedelta

from connectors.tencent.api import Api
from connectors.tencent.tokens import Fetched

PATH = "/cgi-bin/stable_token"


async def fetch_token(api: Api, app_id: str, secret: str) -> Fetched:
    """Ask for it; `api` is one without a token. Raises ApiRefused."""
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    answer = await api.call(PATH, body=body)
    return Fetched(str(answer["access_token"]), timedelta(seconds=int(answer["expires_in"])))
