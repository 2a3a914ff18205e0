"""`python -m deploy.bench.door.bare PORT`: the floor. A handler that verifies and decrypts with wechatpy, no more."""

import sys

from aiohttp import web
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]

from deploy.bench.where import LOOPBACK
from deploy.standin.wechat.settings import StandInSettings


def make_bare(account: StandInSettings) -> web.Application:
    """The application."""
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)

    async def receive(request: web.Request) -> web.Response:
        query, body = request.query, await request.text()
        crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        return web.Response(text="success")

    app = web.Application()
    app.add_routes([web.post("/wechat", receive)])
    return app


if __name__ == "__main__":
    web.run_app(make_bare(StandInSettings()), host=LOOPBACK, port=int(sys.argv[1]), print=None, access_log=None)
