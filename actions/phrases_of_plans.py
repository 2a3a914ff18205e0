"""What is said about a person's plan of medicines: short, polite, plain, for an older reader too."""

# 暂停、恢复
PAUSED = "好的，{what}的提醒先停了，{until}恢复，到时候我会接着提醒您。停的是提醒；药能不能停，要听医生的。"
PAUSED_DOSES = "（已取消还没吃的{count}次。）"
ASK_UNTIL = "好的，先停到什么时候？停的是提醒，药能不能停要听医生的。"
UNTIL_PAST = "这个时间已经过去了，请换一个以后的日子。"
PAUSE_LATER = "现在的暂停只能从马上开始。{day}到了再告诉我“暂停”就行；要现在就停，请点下面。"
PAUSE_TOO_LONG = "一次最多停90天。要一直不提醒，请说“停止提醒”。"
RESUMED = "好的，{what}的提醒恢复了。{next}"
NOT_PAUSED = "提醒没有停过，一直开着呢。{next}"
NEXT = "下一次：{when}。"
THE_WHOLE = "所有药"

# 提前、推后、改到
SHIFTED = "好的，{what}{way}{length}。{next}"
SHIFTED_TODAY = "好的，今天的{what}{way}{length}，明天照旧。{next}"
LATER, EARLIER = "往后推", "提前"
HOW_MUCH = "您要推后或提前多久？比如“推后一小时”“提前半小时”。"
TOO_MUCH_SHIFT = "一次最多提前或推后6小时。要换到别的时间，请直接说几点，比如“改到晚上8点”。"
NOTHING_TODAY = "今天没有还没吃、可以挪的药。"
MOVED = "好的，{what}挪到{when}，我到时候提醒您。只改这一次。"
MOVE_TO_WHEN = "挪到几点？比如“推迟到10点”。"
REFUSED = "这样改不行：{why}。"

# 撤销
UNDONE = "撤销了：{what}。{then}"
NOTHING_TO_UNDO = "半小时内没有可以撤销的操作。要改提醒，请直接说要改成什么样。"
UNDONE_DOSES = "{drugs}又算还没吃。吃过了请告诉我。"
DOSES_OPEN = "刚才的记录"

# 夜里不叫
QUIET_SET = "记下了：{first}到{last}不叫您，这段时间的药改在{last}提醒。{critical}"
QUIET_CRITICAL = "但{drugs}漏了有危险，到点还是会提醒您。"
QUIET_AT_NIGHT = "我现在只能记夜里的安静时间，白天的还不会。夜里从几点到几点不叫您？"
QUIET_OFF = "好的，以后夜里到点也会提醒您。{next}"
QUIET_WHEN = "从几点到几点不叫您？比如“晚上10点到早上7点别叫我”。"

# 时区
WHICH_CLOCK = "您换了时区。提醒按哪边的时间走？在外时间短，可以还按国内时间；住得久，按当地时间更方便。"
WHICH_PLACE = "您在哪里？告诉我城市或国家，我好按当地时间提醒。"
ZONE_SET = "好的，以后按{place}时间提醒，现在那边是{now}。换时间的头一两天，两次之间我会留够间隔。{next}"
ZONE_KEPT = "好的，还按{place}时间提醒，什么都不变。{next}"
HOME_TIME = "国内"

# 作息
ASK_HABITS = "还有一件事，只问一次：您一般几点吃早饭、午饭、晚饭，几点睡？我好按您的时间提醒。"
HABITS_USUAL = "就按平常（8点、12点、18点、22点）"
HABITS_SET = (
    "记下了：早饭{breakfast}，午饭{lunch}，晚饭{supper}，睡觉{sleep}。跟着吃饭、睡觉走的药都按这个时间提醒。{next}"
)
HABITS_ODD = "这几个时间好像对不上，请按“早饭7点，午饭12点，晚饭6点，10点睡”这样再说一遍。"
HABITS_LEFT = "好的，先按平常的时间（8点、12点、18点、22点）。以后想改，说“我早饭7点吃”就行。"

# 今天
TODAY_PLAN = "{day}的药：\n{lines}{left}"
TODAY_NONE = "{day}没有要吃的药。"
TODAY_LEFT = "\n还有{count}次没吃。"
TODAY_DONE = "\n都吃完了，真好。"
AS_NEEDED_TOO = "\n需要时才吃的：{drugs}。"
PAUSED_NOW = "\n（{drugs}的提醒停着，{until}恢复。）"
STATE_TAKEN, STATE_SKIPPED, STATE_MISSED, STATE_OPEN, STATE_OURS = "✓ 已吃", "– 没吃", "✗ 漏了", "还没吃", "没记录"

# 记录

# 数量
STOCK_NOTED = "记下了：{drug}还剩{left}{unit}{lasts}。"
STOCK_LASTS = "，够吃{days}天，到{day}"
STOCK_WHICH = "您数的是哪一种药？"
STOCK_IN_PIECES = "我按{unit}来算。{drug}一共还有多少{unit}？比如“{drug}还剩20{unit}”。"
STOCK_NO_UNIT = "要算还能吃几天，请先告诉我{drug}一次吃多少，比如“把{drug}改成一次1片”。"
STOCK_LEFT = "{lines}"
STOCK_LINE = "· {drug}：还剩{left}{unit}{lasts}"
STOCK_ENOUGH = "，吃到疗程结束够了"
STOCK_UNKNOWN = "您还没告诉我剩多少药。数一数告诉我，比如“{drug}还剩20片”，快吃完时我提前提醒您去配。"
STOCK_SOON = "\n{drugs}快吃完了，请早点去配，不要断药。"

# 家人
FAMILY_ASK = "可以请{kin}一起看着。{kin}只会看到药名，而且只在您该吃的药一直没确认时才收到。给{kin}发个邀请码吗？"
FAMILY_WHO = "想让谁也收到提醒？"
FAMILY_OFFER = "给{kin}发邀请码"
FAMILY_END_ASK = "要让家人不再收到您的吃药提醒吗？"
FAMILY_END = "不再提醒家人"

# 需要时吃的药
NEEDED_TAKEN = "记下了：{drug}，{time}吃的。{next}"
NEEDED_NEXT = "再要吃，最早{when}。"
NEEDED_LEFT = "24小时里最多还能吃{left}次。"
NEEDED_NONE_LEFT = "24小时内的次数已经到顶。"
NEEDED_TOO_SOON = (
    "记下了：{drug}，{time}吃的。但离上一次太近，或者24小时里吃多了。先别再吃，最早{when}；"
    "要是心慌、出汗、恶心、没精神，马上告诉我或打120。"
)
MAY_TAKE = "按您的记录，{drug}现在可以吃。{left}吃了请告诉我一声。"
MAY_NOT_YET = "还不行。{drug}要隔够时间，最早{when}可以再吃。提前吃容易过量。"
BY_THE_CLOCK = "{drug}是按时间吃的药，不要提前或多吃。{next}"
ONLY_WHILE_WELL = "还难受得厉害，就别等了，请看医生；危急请打120。"

# 漏服
MISSED_RULE = "{drug}：{words}"
MISSED_STILL = "您{time}这次，最晚{until}还可以补，补了就跟我说一声。"
MISSED_OVER = "您{time}这次已经过了能补的时间，跳过吧，下一次（{next}）照常。"
MISSED_WHICH = "哪一种药漏了？"

# 服药
TAKEN_AT = "记下了：{drug}（{planned}这次）{time}吃的。"
SKIPPED_BECAUSE = "记下了：{drug}（{time}这次）没有吃，{reason}。"
MOVED_ONE = "好的，{when}再提醒您吃{drug}。"

# 一次设几种药
CONFIRM_SEVERAL = "我记的是这样，请您核对：\n{lines}\n都对吗？"
CONFIRM_PLAN = "我记的是这样，请您核对：\n{lines}\n对吗？"
NOT_READ = "没记的：{what}。{question}"
SEVERAL_SET = "设好了{count}种药：\n{lines}\n{next}到时间我会发消息给您，吃完点“已服药”就行。"
FIRST_REMINDER = "第一次提醒：{when}。"
WHAT_TO_CHANGE_OF_SEVERAL = "好的，哪一种不对？可以说“第二个改成晚上”“第一个不要了”。"
WHICH_OF_SEVERAL = "您要改第几个？比如“第二个改成晚上”。"
ONE_DROPPED = "好的，去掉了{drug}。"
TAPER_NOTE = "加减量要按医生说的来，到换量那天我会按新的量提醒。"
CRITICAL_NOTE = "{drug}漏不得：没确认时我会多提醒几次，也会告诉家人或护士。"

# 交给护士
TASK_SAFETY = "设提醒时发现用药风险：{what}"
NURSE_WILL_LOOK = "这一点我也记给护士了，护士看到会联系您；着急请转人工。"

WHAT_OF_PLAN = "关于吃药的安排，您想做什么？"
NO_LATER = "没有了"

# 护士开的
ORDERED = "{nurse}按医嘱给您设了用药提醒：\n{lines}\n到时间我会提醒您。和您手里的药不一样，或者看不明白，请告诉护士。"
ORDER_UNREAD = "没有读懂。请写清药名、每次多少、一天几次，例如“缬沙坦80mg，每天早上一次”。"
