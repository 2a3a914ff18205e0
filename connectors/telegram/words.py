"""What Telegram alone says: the commands of its menu, and marks that a page would draw."""

START = "开始"
PRACTICE = "我想练习问诊"
EXIT = "退出练习"
CORRECTED = "（更正）"

MENU = (("start", "开始"), ("practice", "练习问诊"), ("exit", "退出练习"), ("help", "你能做什么"))
"""The bot's menu: command, what it says beside it."""

NOT_IN_GROUPS = "我只在私聊里回答：请点我的头像，直接给我发消息。"
ALREADY_CHOSEN = "这一条已经选过了。"
CHOSEN_MARK = "✓ "
GOING_ON = "……"  # behind an answer that is still being written
