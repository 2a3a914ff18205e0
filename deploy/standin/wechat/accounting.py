"""The account itself: tokens, quota, addresses, followers, templates.

Official pages below developers.weixin.qq.com/doc/service/api/: base/api_getstableaccesstoken, base/api_getaccesstoken,
base/api_clearquota, base/api_getcallbackip, usermanage/userinfo/api_userinfo, notify/template/api_getalltemplates,
notify/notify/api_getwxapubnewtemplate.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.sending import OK
from deploy.standin.wechat.settings import TemplateKind
from deploy.standin.wechat.world import Call, World

_SUBSCRIPTION_TYPES = {TemplateKind.ONE_TIME: 2, TemplateKind.LONG_TERM: 3}


def stable_token(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/stable_token."""
    _identify(world, call.body)
    token, lasts = world.tokens.stable(call.body.get("force_refresh") is True)
    return {"access_token": token, "expires_in": lasts}


def old_token(world: World, call: Call) -> Mapping[str, Any]:
    """GET /cgi-bin/token."""
    _identify(world, call.query)
    token, lasts = world.tokens.old()
    return {"access_token": token, "expires_in": lasts}


def _identify(world: World, given: Mapping[str, Any]) -> None:
    if given.get("grant_type") != "client_credential":
        raise Refused(40002, "invalid grant_type")
    if given.get("appid") != world.settings.app_id:
        raise Refused(40013, "invalid appid")
    if not secrets.compare_digest(str(given.get("secret", "")).encode(), world.settings.secret.encode()):
        raise Refused(40125, "invalid appsecret")


def clear_quota(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/clear_quota: ten times a month."""
    if call.body.get("appid") != world.settings.app_id:
        raise Refused(40013, "invalid appid")
    world.clear_counts()
    return OK


def addresses(_world: World, _call: Call) -> Mapping[str, Any]:
    """GET /cgi-bin/get_api_domain_ip and /cgi-bin/getcallbackip."""
    return {"ip_list": ["127.0.0.1"]}


def user_info(world: World, call: Call) -> Mapping[str, Any]:
    """GET /cgi-bin/user/info: hardly anything of who does not follow."""
    patient = world.people.known(call.query.get("openid"))
    if patient is None:
        raise Refused(40003, "invalid openid")
    if not patient.followed or patient.followed_at is None:
        return {"subscribe": 0, "openid": patient.openid}
    return {
        "subscribe": 1,
        "openid": patient.openid,
        "language": "zh_CN",
        "subscribe_time": int(patient.followed_at.timestamp()),
        "subscribe_scene": "ADD_SCENE_QR_CODE" if patient.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": patient.scene,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
    }


def private_templates(world: World, _call: Call) -> Mapping[str, Any]:
    """GET /cgi-bin/template/get_all_private_template: those of template messages."""
    found = [each for each in world.settings.templates if each.kind is TemplateKind.TEMPLATE]
    return {
        "template_list": [
            {
                "template_id": each.id,
                "title": each.title,
                "primary_industry": "医疗护理",
                "deputy_industry": "医药医疗",
                "content": each.content,
                "example": "",
            }
            for each in found
        ]
    }


def subscription_templates(world: World, _call: Call) -> Mapping[str, Any]:
    """GET /wxaapi/newtmpl/gettemplate: those of subscription notices."""
    found = [each for each in world.settings.templates if each.kind in _SUBSCRIPTION_TYPES]
    return {
        **OK,
        "data": [
            {
                "priTmplId": each.id,
                "title": each.title,
                "content": each.content,
                "example": "",
                "type": _SUBSCRIPTION_TYPES[each.kind],
                "keywordEnumValueList": [
                    {"keywordCode": f"{name}.DATA", "enumValueList": list(values)}
                    for name, values in each.listed.items()
                ],
            }
            for each in found
        ],
    }
