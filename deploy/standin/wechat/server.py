"""The server: Tencent's paths, the phone page, the control."""

from collections.abc import AsyncIterator
from email.utils import format_datetime
from functools import partial

from aiohttp.web import AppKey, Application, Request, StreamResponse, route

from deploy.standin.wechat import accounting, sending, things
from deploy.standin.wechat.control import control_routes
from deploy.standin.wechat.gate import Route, guarded
from deploy.standin.wechat.oauth import WebLogin
from deploy.standin.wechat.settings import Right, StandInSettings
from deploy.standin.wechat.web_tags import WebTags
from deploy.standin.wechat.wechat import WeChat

WECHAT: AppKey[WeChat] = AppKey("wechat", WeChat)
LARGEST_UPLOAD_BYTES = 12 << 20

_ROUTES = (
    Route("POST", "/cgi-bin/stable_token", accounting.stable_token, token=False),
    Route("GET", "/cgi-bin/token", accounting.old_token, token=False),
    Route("POST", "/cgi-bin/clear_quota", accounting.clear_quota),
    Route("GET", "/cgi-bin/get_api_domain_ip", accounting.addresses),
    Route("GET", "/cgi-bin/getcallbackip", accounting.addresses),
    Route("GET", "/cgi-bin/user/info", accounting.user_info),
    Route("GET", "/cgi-bin/template/get_all_private_template", accounting.private_templates, Right.TEMPLATE),
    Route("GET", "/wxaapi/newtmpl/gettemplate", accounting.subscription_templates, Right.SUBSCRIPTION),
    Route("POST", "/cgi-bin/message/custom/send", sending.custom, Right.CUSTOMER_SERVICE),
    Route("POST", "/cgi-bin/message/custom/typing", sending.typing, Right.CUSTOMER_SERVICE),
    Route("POST", "/cgi-bin/message/template/send", sending.template, Right.TEMPLATE),
    Route("POST", "/cgi-bin/message/subscribe/bizsend", sending.subscription, Right.SUBSCRIPTION),
    Route("POST", "/cgi-bin/media/upload", things.upload, Right.MEDIA),
    Route("GET", "/cgi-bin/media/get", things.download, Right.MEDIA),
    Route("POST", "/cgi-bin/menu/create", things.create_menu, Right.MENU),
    Route("GET", "/cgi-bin/menu/get", things.get_menu, Right.MENU),
    Route("GET", "/cgi-bin/menu/delete", things.delete_menu, Right.MENU),
    Route("POST", "/cgi-bin/qrcode/create", things.create_code, Right.QR),
)


def make_wechat(settings: StandInSettings) -> Application:
    """The stand-in as an application; `app[WECHAT]` plays the patients."""
    app = Application(client_max_size=LARGEST_UPLOAD_BYTES)
    wechat = app[WECHAT] = WeChat(settings)
    login, tags = WebLogin(wechat.world), WebTags(wechat)
    web_login = Route("GET", "/sns/oauth2/access_token", login.access_token, Right.OAUTH, token=False)
    ticket = Route("GET", "/cgi-bin/ticket/getticket", tags.ticket)
    for each in (*_ROUTES, web_login, ticket):
        app.router.add_routes([route(each.method, each.path, guarded(wechat.world, each))])
    app.router.add_get("/connect/oauth2/authorize", login.authorize)
    app.router.add_get("/cgi-bin/showqrcode", partial(things.show_code, wechat.world))
    app.router.add_routes([*control_routes(wechat), *tags.routes()])
    app.cleanup_ctx.append(_closing)
    app.on_response_prepare.append(_dated)
    return app


async def _dated(request: Request, response: StreamResponse) -> None:
    """By the stand-in's own clock: whoever compares sees that one of the two is wrong."""
    response.headers["Date"] = format_datetime(request.app[WECHAT].world.now(), usegmt=True)


async def _closing(app: Application) -> AsyncIterator[None]:
    yield
    await app[WECHAT].close()
