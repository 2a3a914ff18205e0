"""The few words by which claims are compared: which spellings say the same, which may come and go, which turn a claim.

A word that stands nowhere here must be in the passage as it is. Tables are short on purpose: each entry is a promise
that exchanging these words never changes what a patient does.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAME = {
    # whom
    "孩子": "小孩子 小孩 儿童 小朋友 患儿",
    "老人": "老年人 老人家",
    "孕妇": "怀孕的人 怀孕的女性 准妈妈",
    "大人": "成年人 成人",
    "病人": "患者",
    "女性": "女人 妇女",
    # where to go, whom to ask
    "医生": "大夫 医师",
    "就医": "去医院看医生 去医院就诊 去医院看看 去看医生 看医生 找医生看 就诊 看大夫 去医院 到医院 看病",
    "急诊": "去医院急诊 去看急诊 看急诊 到急诊 挂急诊 去急诊 急诊科",
    "打120": "拨打120急救电话 打120急救电话 拨打急救电话120 拨打120 拨120 呼叫120 叫120 叫救护车",
    "问": "咨询 请教 询问",
    # when
    "马上": "立即 立刻 赶紧 赶快",
    "尽快": "尽早 及时 及早",
    "每天": "每日 天天",
    "开始": "起",
    # what one does and has
    "吃": "服用 口服 送服 服下",
    "吃药": "服药 用药",
    "停药": "停止用药",
    "发热": "发烧",
    "高热": "高烧",
    "退热": "退烧",
    "腹泻": "拉肚子 拉稀",
    "肚痛": "肚子疼 肚子痛 腹痛",
    "痛": "疼痛 疼",
    "减重": "减体重 减肥",
    "引起": "导致 造成 引发",
    "按": "按照 遵照 遵",
    "说明": "说明书上写的 说明书",
    "医嘱": "医生的嘱咐 医生的要求 医生说的",
    "如": "比如 例如 像是 譬如",
    "用": "使用",
    "含": "含有",
    "别人": "他人 其他人",
    "自己": "自行",
    "少量多次": "少量、多次",
    "叫不醒": "喊不醒",
    "喘不上气": "喘不过气",
    "嘴唇": "口唇",
    "告诉": "告知",
    "因为": "由于",
    "如果": "要是 假如 若是 若 一旦 万一",
    # how sure, how many, how strongly
    "多数": "大多数 大部分 大多 多半 一般 通常 往往",
    "常": "常常 经常",
    "所以": "因此",
    "绝大多数": "",
    "多": "",
    "可能": "也许 或许",
    "可以": "能够 可 能",
    "要": "应该 应当 应 需要 需",
    "必须": "一定要 务必",
    "建议": "推荐",
    "不要": "请勿 切勿 不应该 不应 不得 千万不要 千万别 勿 别",
    "不能": "不可以 不可 禁止 严禁",
    "不要用": "不要使用 不要服用 别用 勿用",
    "不能用": "不可以用 不能使用 不能服用 不可用 禁用",
    "不用": "",
    "不必": "不需要 无需 无须 用不着 不需",
    "不宜": "不建议 不推荐 不适合",
    "不会": "",
    "不一定": "未必 不见得",
    "不是": "",
    "不": "",
    "没": "没有 无",
    "只": "只能 仅仅 仅 光",
    "都": "全都 全部 均",
    "左右": "上下",
    "超过": "大于",
    "不超过": "不要超过 不能超过 不得超过 不可超过",
    "不少于": "至少",
    "最多": "",
    "以下": "以内",
    "和": "以及 与 跟 及",
    "或": "或者 或是",
    "同时": "",
    # units
    "毫克": "mg",
    "克": "g",
    "毫升": "ml",
    "公斤": "千克 kg",
    "周": "个星期 星期 礼拜",
    "小时": "个小时 个钟头 钟头",
    "片": "粒",
    "毫米汞柱": "mmhg",
}
"""One spelling for all → the others, by blanks."""

WHOLE = _words(
    "口服液 口服补液盐 口服补液 别嘌醇 "
    "一侧 一定 一起 上午 上方 上面 下午 下方 下来 下面 不同 不断 不明 不然 不舒服 不良 不足 "
    "不过 不适 两侧 个体 个别 个子 中午 临时 主要 之前 之后 了解 产前 产后 产地 以前 以后 "
    "会阴 但是 低血压 低血糖 便前 便后 傍晚 光滑 光线 冷敷 准时 减少 减轻 减量 出来 分别 别的 "
    "功能 功能不全 功能不好 加重 加量 区别 升高 半夜 协会 原来 去世 去掉 去除 及格 反应 发起 "
    "只是 只有 只要 可乐 可待因 可怕 可是 可疑 右侧 各地 后来 否则 唯一 回来 地方 增加 多动 "
    "多发 多囊 多少 多年 多次 夜里 好转 孕前 定时 对不起 将来 小时候 就是 左侧 平时 应激 引起 "
    "当地 当时 心肌 怕光 急性 性别 恶化 恶性 慢性 打120和110 抗生素 按时 散光 无创 无力 "
    "无痛 无糖 无线 无菌 早上 早晨 时间 晚上 暂时 最要紧 有时 本来 术前 术后 机会 来月经 来路 "
    "没收 清晨 激光 激素 热敷 特别 甲亢 甲减 申请 病毒 白天 的确 目的 相像 真菌 睡前 睡后 "
    "级别 细菌 维生素 能力 能量 良性 蓝光 血压 血糖 血脂 要么 要紧 见好 许多 识别 请假 起包 "
    "起床 起来 起泡 起疱 起疹 起身 过去 过来 还原 这样 适应 避光 那样 重要 鉴别 阳光 阳性 "
    "阴性 降低 除了 除非 随时 需求 餐前 餐后 饭前 饭后 首要 首选 高血压 高血糖 高血脂"
)
"""Words that hold a letter of the tables but are one word."""
FILLERS = _words(
    "一下 个 也 了 会 你 其 则 即 即可 去 吧 呀 呢 哦 啊 嘛 地 它 就 就可以了 就行 "
    "并且 很 您 所 时 时候 是 来 然后 的 的时候 的话 着 种 而且 请 还 这 那么 非常"
)
"""Words without weight: taken away on both sides before anything is compared."""
ADDED = _words(
    "人 他 其次 出现 发现 发生 另外 在 她 如果 并 总之 情况 最后 有 此外 此时 注意 记得 这时 这种情况 进行 首先"
)
"""Words a sentence may add."""
DUTY = _words("建议 要")
"""Words it may add before what its source tells to do; never where the source permits, doubts or denies."""
LEFT_OUT = _words("所以 不过 但 但是 其实 可是 同样 在 尤其 并 特别 而 都")
"""Words of the source that a sentence may leave out."""

STANDS_FOR = {
    "不要": {"不", "不能"},
    "不": {"不要", "不能"},
    "不能": {"不要", "不"},
    "不要用": {"不用", "不能用"},
    "不用": {"不要用", "不能用", "不必"},
    "不能用": {"不要用"},
    "要": {"必须"},
    "建议": {"要"},
    "多数": {"多", "绝大多数"},
    "多": {"多数", "绝大多数"},
    "可能": {"可以"},
}
"""A word of the sentence → words of the source it may stand for: never a stronger one for a weaker."""

PEOPLE = _words("大人 女孩 女性 妈妈 婴儿 婴幼儿 孕妇 孩子 宝宝 新生儿 早产儿 男孩 男性 老人 足月儿 青少年")
"""Whom something is said of."""
NEGATIVE = _words("不 不一定 不会 不宜 不必 不是 不用 不能 不能用 不要 不要用 停 忌 慎用 未 没 避免 非")
"""Words that deny or forbid."""
PERMITS = _words("可以 可能")
"""Words that permit or doubt."""
BINDS = _words("先 可以 听 宜 建议 必须 由 要 问")
"""Words that tell to do something, or permit it."""
CARE = _words("就医 尽快 当天 急诊 打120 看 联系 马上")
"""Words that send to care."""
