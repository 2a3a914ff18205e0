"""Every sentence that the house itself says, named. Short, polite, for an older reader."""

NOTHING_SAID = "我没看到文字内容。您可以直接打字告诉我，比如“挂明天心内科”“阿司匹林怎么吃”。"
NO_WORDS = "收到您的表情啦。想挂号、问药、设吃药提醒，或者找护士，直接打字告诉我就行。"
RASA_DOWN = "不好意思，系统正在恢复，这句话我暂时没处理好。请过半分钟再说一次；着急的话可以点“转人工”，危急请拨打120。"
NOT_UNDERSTOOD = "抱歉，这句话我没处理好。您可以换个说法再告诉我，或者点“转人工”找护士。"
NOT_CAUGHT = "这句我没听明白。"
NEED_NOT_SAY = "没关系，不想说可以不说。"
NEED_NOT_KNOW = "没关系。"
NOT_CAUGHT_AGAIN = "还是没明白您的意思，不好意思。点下面一个就行，也可以换个说法再告诉我。"
WHICH_OF_THESE = "还是没能帮到您，不好意思。您想办的是下面哪件事？点一个就行，也可以换个说法。"
PERSON_INSTEAD = "这件事我可能说不清楚。可以点“转人工”让护士帮您，也可以打医院电话 {phone}。"
PERSON_INSTEAD_AGAIN = "别着急，护士可以直接帮您：点“转人工”，或者打 {phone}。"
GO_ON = "想接着办，就点下面的选项："
AND_ALSO = "，另外"
PUT_OFF = "“{words}”我记着，等这件办好就接着办。"
NOT_KNOWN = (
    "这个问题我手头的资料里没有，不敢随便回答。您可以换个说法再问一次，或者转给护士；如果身体很不舒服，请尽快就医。"
)

WHICH_WAS_ASKED = "我没有把握听懂您的问题。您想问的是下面哪一个？都不是的话，请换个说法，或者转给护士。"

HANDOFF_REQUESTED = (
    "好的，已经通知护士台，{place}。您可以先把情况写下来，护士接待时都能看到。"
    "等待期间我不再自动回复；如果情况变重，请直接拨打120。"
)
HANDOFF_RED_FLAG = (
    "我已同时通知护士台，会尽快有人看您的消息。请先按上面说的做，不要等回复。"
    "确定没有危险、不需要护士时，可以回复“不等了”。"
)
HANDOFF_NEXT = "您是下一位"
HANDOFF_AHEAD = "前面还有 {ahead} 位"
HANDOFF_CLOSED = "护士已结束这次接待。我是杏林助手，有需要可以继续问我，也可以再次转人工。"
HANDOFF_EXPIRED = (
    "不好意思，护士暂时都没能接待您。您可以拨打医院电话 {phone}，或稍后再转人工；危急请拨打120。现在由我继续为您服务。"
)
HANDOFF_CANCELLED = "好的，已取消排队，我继续为您服务。"
HANDOFF_REASON_ASKED = "患者要求人工服务"

DOSE_TAKEN = "记下了：{drug} 这次已服药。"
DOSE_SNOOZED = "好的，10 分钟后再提醒您吃{drug}。"
DOSE_SKIPPED = "记下了：这次{drug}没有吃。请不要下次加倍补吃；如果经常漏服或吃了不舒服，请告诉医生或药师。"
SNOOZE_REFUSED = "{why}。请现在决定吃还是不吃；拿不准就问药师，不要加倍补吃。"
DOSE_SETTLED = "这一次之前已经记过了，不用再点啦。"
REMINDER = "到时间吃药啦：{drug}{dose}。"
REMINDER_LATE = (
    "刚才系统没能准时提醒您：{drug}{dose}，原定 {time}。如果还没吃，请先看说明书或问药师能否补服，不要加倍。"
)

PRACTICE_STARTED = "练习开始：{title}。{setting}\n（问完后说“结束问诊，我的诊断是……”看讲评；说“退出练习”随时离开。）"
PRACTICE_NO_CASE = "现在没有可以练习的病例。"
PRACTICE_LEFT = "已退出练习。我是杏林助手，可以继续为您服务。"
PRACTICE_DISTRESS = "先停下练习。您自己不舒服的话，请马上告诉身边的人；危急请拨打120，也可以点“转人工”找护士。"

ASK_HUMAN = "转人工"
CALL_FOR_MENU = "你能做什么"
MENU = "看看我能做什么"
LEAVE = "不办了"
STOP_WAITING = "不等了，继续问助手"
TAKEN, SNOOZE, SKIP = "已服药", "10分钟后提醒", "这次不吃"
SAY_AGAIN = "再说一次"

UNDELIVERABLE = "有一条消息没能送达患者"

HTTP_TITLES = {
    400: "消息格式不对，请刷新页面再试。",
    401: "请先登录。",
    403: "没有权限。",
    404: "没有找到这个页面。",
    405: "这里不能这样操作。",
    413: "这条消息太长了，请分成几条发给我。",
    415: "消息格式不对，请刷新页面再试。",
    500: "出了点问题，请稍后再试；急事请直接拨打医院电话，危急请拨打120。",
}
