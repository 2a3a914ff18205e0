"""What each of Tencent's error numbers asks for: of us, and in Chinese of the operator.

Numbers: developers.weixin.qq.com "global return codes" and the pages of single calls; for WeCom
developer.work.weixin.qq.com/document/path/90313. The same number can mean different things to the two.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Remedy(StrEnum):
    """What becomes of the call."""

    RETRY = "retry"  # again, with growing pauses
    WAIT = "wait"  # until a counter starts anew: of messages when the person writes, of calls (45009) by itself
    CLOSED = "closed"  # the window to this person has closed: another way, no repeat
    GONE = "gone"  # this person cannot be reached here: mark it, no repeat
    ASK_AGAIN = "ask_again"  # ask the person for a subscription at the next occasion
    BAD_FIELDS = "bad_fields"  # what we sent breaks a rule: no repeat, mend it
    TOKEN = "token"  # with a new access token
    OPERATOR = "operator"  # a person has to change something


class Advice(NamedTuple):
    """A remedy, and what the operator reads."""

    remedy: Remedy
    words: str  # Chinese


NO_ANSWER: Final = -2  # ours, not Tencent's: no answer came, or none that is JSON
TOO_LARGE: Final = -3  # ours: the answer or the file is larger than asked for

UNKNOWN: Final = Advice(Remedy.OPERATOR, "没有收录的返回码，请在官方文档的“全局返回码”中查它的含义。")

_COMMON: Final[Mapping[int, Advice]] = {
    -1: Advice(Remedy.RETRY, "腾讯服务器繁忙，系统会自动重试；长时间不恢复请看官方公告。"),
    NO_ANSWER: Advice(
        Remedy.RETRY, "没有收到腾讯服务器的应答，系统会自动重试；持续出现请检查服务器的出网、DNS 和代理。"
    ),
    TOO_LARGE: Advice(Remedy.BAD_FIELDS, "文件超过本系统允许的大小，没有接收；需要更大时请调整设置。"),
    40001: Advice(Remedy.TOKEN, "凭证无效，系统会自动换新；反复出现请核对密钥，并确认没有别的程序也在用旧接口取凭证。"),
    40014: Advice(Remedy.TOKEN, "凭证格式不对，系统会自动换新；反复出现请检查是否有别的程序改写了凭证。"),
    42001: Advice(Remedy.TOKEN, "凭证已过期，系统会自动换新；反复出现请检查服务器时钟。"),
    41001: Advice(Remedy.OPERATOR, "请求里没有凭证，请确认渠道的账号和密钥已写进设置，然后重启。"),
    40013: Advice(Remedy.OPERATOR, "AppID（企业微信为企业 ID）不正确，请到管理后台复制后重填，注意大小写和空格。"),
    40004: Advice(Remedy.BAD_FIELDS, "媒体文件类型不受支持，这个文件没有发出。"),
    40006: Advice(Remedy.BAD_FIELDS, "媒体文件大小超出限制，这个文件没有发出。"),
    40007: Advice(Remedy.BAD_FIELDS, "媒体编号无效或已过期（临时素材只保存三天），请重新上传。"),
    40008: Advice(Remedy.BAD_FIELDS, "消息类型不受支持，请升级本系统或报告问题。"),
    40016: Advice(Remedy.BAD_FIELDS, "菜单按钮个数不对：一级菜单 1 至 3 个，请改菜单设置。"),
    40017: Advice(Remedy.BAD_FIELDS, "菜单按钮不合规则：二级菜单 1 至 5 个，类型须受支持，请改菜单设置。"),
    40029: Advice(Remedy.ASK_AGAIN, "网页授权码无效，请让用户重新打开页面；若人人如此，请检查授权回调域名。"),
    40035: Advice(Remedy.BAD_FIELDS, "参数不合法，请报告问题并附上时间和返回码。"),
    44004: Advice(Remedy.BAD_FIELDS, "文本内容为空，这条消息没有发出。"),
    45002: Advice(Remedy.BAD_FIELDS, "文本超过长度限制，这条消息没有发出，请报告问题。"),
    45009: Advice(
        Remedy.WAIT, "接口调用次数已到上限，请到后台“接口权限”查看用量，等待恢复或按规定清零；并查是否有异常调用。"
    ),
    45033: Advice(Remedy.RETRY, "同时进行的调用太多，系统会放慢后自动重试；持续出现请减少并发或错开群发。"),
    47001: Advice(Remedy.BAD_FIELDS, "请求内容无法解析，请报告问题并附上时间和返回码。"),
}

REMEDIES: Final[Mapping[int, Advice]] = {
    **_COMMON,
    # access
    40125: Advice(Remedy.OPERATOR, "AppSecret 不正确，请到公众平台“设置与开发”核对或重置后填进设置。"),
    40243: Advice(Remedy.OPERATOR, "AppSecret 已被冻结，请由账号管理员到公众平台解冻。"),
    40164: Advice(
        Remedy.OPERATOR, "服务器出口 IP 不在白名单，请把返回信息里的 IP 加到公众平台“基本配置”的 IP 白名单。"
    ),
    89503: Advice(Remedy.OPERATOR, "这次取凭证需要账号管理员确认，请管理员在微信里同意后再试。"),
    48001: Advice(Remedy.OPERATOR, "账号没有这个接口的权限，请到公众平台“接口权限”确认；未认证账号没有客服接口。"),
    48004: Advice(Remedy.OPERATOR, "接口因违规被封禁，请登录公众平台查看通知并申诉。"),
    48006: Advice(Remedy.OPERATOR, "本月清零次数已用完，只能等待次日或下月恢复，请先停掉异常调用。"),
    48008: Advice(Remedy.OPERATOR, "账号没有发送这种消息的权限，请到公众平台查看消息类型权限。"),
    45011: Advice(Remedy.RETRY, "每分钟调用太频繁，系统会放慢后自动重试。"),
    # the person
    45015: Advice(Remedy.CLOSED, "距用户上次互动超过 48 小时或已取关，客服消息发不出；系统改用订阅或模板消息。"),
    45047: Advice(Remedy.WAIT, "用户这次互动允许的客服消息已用完，其余的等用户再来信时发出。"),
    40003: Advice(Remedy.GONE, "OpenID 不正确或用户没有关注，系统停止向此人发送；若人人如此，请检查是否换过公众号。"),
    48002: Advice(Remedy.GONE, "用户关闭了接收本账号消息，系统停止发送并告知护士，请用电话联系。"),
    43004: Advice(Remedy.GONE, "用户没有关注公众号，系统停止向此人发送，请用电话联系。"),
    43019: Advice(Remedy.GONE, "用户在黑名单里，系统停止发送；如属误加，请到公众平台移出。"),
    # templates and subscriptions
    43101: Advice(
        Remedy.ASK_AGAIN, "没有可用的订阅（未订阅、拒绝或次数用完，微信不区分），下次确认服药时系统会再请用户订阅。"
    ),
    47003: Advice(Remedy.BAD_FIELDS, "模板字段不合规则（返回信息里有字段名），请核对模板设置里字段的名称和类型。"),
    40037: Advice(Remedy.OPERATOR, "模板编号无效，请核对设置；订阅通知和模板消息各有自己的模板和接口，两者不能混用。"),
    41030: Advice(Remedy.OPERATOR, "消息要打开的小程序页面路径不存在，请核对设置并确认页面已经发布。"),
    # media, menu, mass sending
    45007: Advice(Remedy.BAD_FIELDS, "语音超过 60 秒，这条消息没有发出，请分段录制。"),
    45066: Advice(Remedy.BAD_FIELDS, "同一个 clientmsgid 在一分钟内重复，上一次请求已经生效，不必再发。"),
    45067: Advice(Remedy.BAD_FIELDS, "clientmsgid 过长，消息没有发出，请报告问题。"),
    # the web
    40163: Advice(Remedy.ASK_AGAIN, "网页授权码已经用过，请让用户重新打开页面。"),
    42003: Advice(Remedy.ASK_AGAIN, "网页授权码已过期，请让用户重新打开页面。"),
    63002: Advice(Remedy.OPERATOR, "网页签名不对，请核对 JS 接口安全域名以及页面实际网址。"),
}

WECOM_REMEDIES: Final[Mapping[int, Advice]] = {
    **_COMMON,
    # access
    40001: Advice(Remedy.TOKEN, "凭证或应用 Secret 不正确，系统会自动换新；反复出现请到企业微信后台核对 Secret。"),
    40056: Advice(Remedy.OPERATOR, "AgentID 不正确，请到企业微信后台的应用详情页核对。"),
    48002: Advice(Remedy.OPERATOR, "应用没有调用这个接口的权限，请在企业微信后台给应用授权（微信客服须单独授权）。"),
    60011: Advice(Remedy.OPERATOR, "应用无权操作这个成员，请把成员加进应用的可见范围。"),
    60020: Advice(Remedy.OPERATOR, "服务器出口 IP 不在应用的“企业可信 IP”里，请把返回信息里的 IP 加进去。"),
    45009: Advice(Remedy.WAIT, "调用太频繁（群机器人每分钟 20 条），系统会放慢后自动重试。"),
    93000: Advice(Remedy.OPERATOR, "群机器人地址里的 key 无效或机器人已被移除，请重新添加机器人并更新设置。"),
    # members
    40003: Advice(Remedy.OPERATOR, "成员 UserID 无效，请核对护士名单里的 UserID。"),
    40031: Advice(Remedy.OPERATOR, "UserID 名单里有不在通讯录或应用可见范围内的人，请核对护士名单。"),
    81013: Advice(Remedy.OPERATOR, "接收人全部无效或不在应用可见范围内，请核对护士名单和应用的可见范围。"),
    # customer service: developer.work.weixin.qq.com/document/path/94677 and 94669
    40201: Advice(Remedy.OPERATOR, "客服账号因内容原因被封禁，请联系企业微信客服处理。"),
    40096: Advice(Remedy.GONE, "患者编号（external_userid）无效，系统停止向此人发送；若人人如此，请核对企业。"),
    41051: Advice(Remedy.CLOSED, "客户已经开始聊天，欢迎语不能再发，不必处理。"),
    41096: Advice(Remedy.CLOSED, "另一个应用正在发送欢迎语，请只让一个应用负责欢迎语。"),
    95000: Advice(Remedy.OPERATOR, "客服账号编号（open_kfid）不合法，请到微信客服后台核对后更新设置。"),
    95001: Advice(Remedy.WAIT, "患者这次来信后的 5 条已发完，其余的等患者再来信时发出。"),
    95002: Advice(Remedy.CLOSED, "距患者上次来信超过 48 小时，客服消息发不出，请改用电话联系。"),
    95004: Advice(Remedy.OPERATOR, "客服账号（open_kfid）不存在，可能已被删除，请到微信客服后台核对。"),
    95007: Advice(Remedy.RETRY, "拉取消息的 token 无效或已过期，系统会用已保存的位置继续拉取。"),
    95011: Advice(Remedy.OPERATOR, "微信客服已由企业微信接管，请改用企业微信后台里的 Secret。"),
    95012: Advice(Remedy.OPERATOR, "企业微信里还没有启用微信客服，请先在企业微信后台启用。"),
    95013: Advice(Remedy.CLOSED, "会话已经结束，等患者再来信时继续。"),
    95017: Advice(Remedy.OPERATOR, "微信客服的接口功能没有开启，请在微信客服后台开启并授权给应用。"),
    95018: Advice(Remedy.CLOSED, "会话当前状态不允许由接口发送（可能由人工接待中或已结束），等状态变化后继续。"),
}
