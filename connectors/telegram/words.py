"""What Telegram alone says: the commands of its menu, and marks that a page would draw."""

START = "开始"
PRACTICE = "我想练习问诊"
EXIT = "退出练习"
WELCOME = (
    "您好，我是杏林。这里供医学生和规培学员练习问诊：发 /practice 开始，发 /exit 退出，发 /help 看我还能做什么。"
    "请不要在这里发真实患者的姓名、病历和照片。您自己或身边的人有急症，请马上拨打120。"
)
CORRECTED = "（更正）"

MENU = (("start", "开始"), ("practice", "练习问诊"), ("exit", "退出练习"), ("help", "你能做什么"))
"""The bot's menu: command, what it says beside it."""

NOT_IN_GROUPS = "我只在私聊里回答：请点我的头像，直接给我发消息。"
ALREADY_CHOSEN = "这一条已经选过了。"
CHOSEN_MARK = "✓ "
GOING_ON = "……"  # behind an answer that is still being written
