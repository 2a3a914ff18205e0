"""What the house says to patients and their families about being told of doses. Short, polite, for an older reader."""

CHANNELS = {"wechat": "微信", "kf": "微信客服", "telegram": "Telegram", "web": "网页", "wecom": "企业微信"}
ELSEWHERE = "另一处"

OFFERED = (
    "好的。请{called}在手机上打开我们医院的公众号（或网页），发送：家人 {code}\n"
    "这个码 {minutes} 分钟内有效，只能用一次，请不要发给别人。{called}同意以后，我会再问您一次，您同意了才算数。\n"
    "以后您的药多次提醒都没有记录时，我会告诉{called}药名，请{called}来问您一声；别的都不会告诉。"
)
NEW_CODE = "换一个码"
FULL = "最多可以有{most}位家人收到提醒。想换人，请先回复“不再提醒家人”。"
GONE = "这个家人码不对、过期了，或者已经用过。请让患者再说一次“让家人也收到提醒”，换一个新码。"
TRIED = "试错太多次了。请{minutes}分钟以后再试，或者请患者换一个新码。"
ONESELF = "这是您自己的码，请让家人在他们自己的手机上发送。"
ALREADY = "您已经是这位患者的家人了，不用再绑定。不想再收到，回复“不再当家人”。"
WAITING = "已经告诉患者了，等患者同意就可以。"

CONSENT_ASKED = (
    "有位患者请您当提醒家人，叫您“{called}”。同意以后：\n"
    "一、患者的药多次提醒都没有记录时，您会收到一条消息，写着时间和药名；平时不会打扰您；\n"
    "二、您可以点“已经吃了”替患者记录，也可以点“我来提醒”；\n"
    "三、您看不到患者的聊天、病情和预约，患者能看到您是谁。\n"
    "请先确认发码给您的是您的家人。随时回复“不再当家人”就能退出。"
)
AGREE, AGREE_AS, DECLINE = "同意", "同意，是{patient}", "不用"
DECLINED = "好的，没有绑定，什么都没有改变。"
JOINED = "谢谢您。已经告诉患者，等患者同意以后开始。"

ASK_PATIENT = (
    "{who}愿意当您的提醒家人。以后您的药多次提醒都没有记录时，我会把时间和药名告诉{called}。"
    "确定是您的家人吗？不认识，请点“不同意”。"
)
PATIENT_AGREES, PATIENT_REFUSES = "同意", "不同意"
BEGUN = "好了，以后您忘了记录时，我会告诉{who}。想停，回复“不再提醒家人”。"
MEMBER_BEGUN = "{patient}同意了。以后有多次提醒都没有记录的药，我会告诉您。不想再收到，回复“不再当家人”。"
REFUSED = "好的，不会告诉{called}。"
MEMBER_REFUSED = "患者没有同意，您不会收到提醒。"
ASK_GONE = "这次请求已经过期或者已经结束了。想让家人收到提醒，请再说一次“让家人也收到提醒”。"

WHO_ENDS = "您有{count}位家人在收到提醒，要停掉哪一位？"
WHO_LEAVES = "您在给{count}位患者当提醒家人，要退出哪一位的？"
ALL = "全部停掉"
ENDED = "好的，以后不再告诉{who}。想恢复，再说一次“让家人也收到提醒”。"
MEMBER_ENDED = "{patient}不再请您当提醒家人，以后您不会收到了。谢谢您。"
LEFT = "好的，您不会再收到{patient}的吃药提醒了。"
PATIENT_LEFT = "{called}不再当提醒家人了，以后忘了记录时不会再告诉{called}。想换一位，说“让家人也收到提醒”。"
NOBODY = "现在没有家人在收到您的提醒。"
OF_NOBODY = "您现在没有给谁当提醒家人。"

TAKEN = "已经吃了"
THANKS_TAKEN = "谢谢您，已经替{patient}记下：{what}已经吃了。"
TOLD_PATIENT = "{called}告诉我：{what}已经吃了，我记下了。不对的话，请说“点错了”。"
ENDED_BEFORE = "谢谢您。{patient}这一次的药已经有记录了，不用再点啦。"
TOO_LATE = "谢谢您。这一次已经过了时间，请让{patient}自己在这里说一声吃没吃；没吃的话不要补双份。"
THANKS_SEES = (
    "谢谢您。吃过以后，请您或{patient}点一下“已经吃了”。如果联系不上，或者身体不对劲，请马上去看看，危急请拨打120。"
)


def name_of(channel: str) -> str:
    """How a person calls a channel."""
    return CHANNELS.get(channel, ELSEWHERE)
