"""Buttons that the house offers by itself."""

from bot import phrases
from bot.messages import Button

OFFER_HUMAN = Button(phrases.ASK_HUMAN, command="request_human")
OFFER_MENU = Button(phrases.MENU, say=phrases.CALL_FOR_MENU)
LEAVE = Button(phrases.LEAVE, say=phrases.LEAVE)  # ends whatever form is running

PRACTISE = Button("开始问诊练习", say="开始问诊练习")

MENU = (
    Button("挂号", say="挂号"),
    Button("我该看哪个科", say="我该挂什么科"),
    Button("问药", say="药怎么吃"),
    Button("设吃药提醒", say="提醒我吃药"),
    Button("我的预约", say="查看我的预约"),
)
