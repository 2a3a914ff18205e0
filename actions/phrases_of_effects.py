"""What is said around the answer to which drug does something."""

OF_YOUR_OWN = "按您设了提醒的药来看："
NO_OWN = "您还没有设吃药提醒，我不知道您在吃哪些药；把药名告诉我，我逐个帮您看。下面是一般的情况："
UNKNOWN = "我的资料里没有“{names}”，没法核对，请问医生或药师。"
