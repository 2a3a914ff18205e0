"""Which side of a drug a question is about, read by rules from a patient's Chinese."""

import re
import unicodedata
from enum import StrEnum

from knowledge.statements import Statement


class Aspect(StrEnum):
    """What patients ask about a drug: ten main sides, then nine finer ones."""

    USAGE = "usage"
    INDICATION = "indication"
    SIDE_EFFECT = "side_effect"
    CONTRAINDICATION = "contraindication"
    INTERACTION = "interaction"
    PREGNANCY = "pregnancy"
    MISSED_DOSE = "missed_dose"
    STORAGE = "storage"
    ALCOHOL = "alcohol"
    PRICE_OR_WHERE = "price_or_where"
    CHILD = "child"
    ELDERLY = "elderly"
    RENAL = "renal"
    HEPATIC = "hepatic"
    LACTATION = "lactation"
    DRIVING = "driving"
    FOOD = "food"
    CRUSH = "crush"
    MAX = "max"

    @property
    def told(self) -> tuple[Statement, ...]:
        """The statements that answer it, in the order of telling; none for what is worded by code."""
        return _TOLD.get(self, ())


_TOLD = {
    **{aspect: (Statement(aspect.value),) for aspect in Aspect if aspect.value in set(Statement)},
    Aspect.USAGE: (Statement.USAGE, Statement.CRUSH),
    Aspect.SIDE_EFFECT: (Statement.SIDE_EFFECT, Statement.GRAVE, Statement.CALL, Statement.DRIVING),
    Aspect.CONTRAINDICATION: (Statement.CONTRAINDICATION, Statement.CAUTION),
    Aspect.INTERACTION: (Statement.INTERACTION, Statement.FOOD),
    Aspect.PREGNANCY: (Statement.PREGNANCY, Statement.LACTATION),
}

MAIN_ASPECTS = tuple(Aspect)[:10]
"""Those that hold the most: each answers its finer ones too (a question about breast-feeding: PREGNANCY)."""

# Order matters: the first rule that matches wins. Special circumstances (pregnancy, a forgotten dose,
# alcohol) come before the general questions: "怀孕能吃吗" also looks like one about contraindications.
_RULES: tuple[tuple[Aspect, str], ...] = (
    (
        Aspect.MISSED_DOSE,
        r"漏服|漏吃|漏了|漏打|漏用|漏掉|忘(?:了|记)?(?:吃|服|喝|打|用)|忘(?:了|记)(?:一|两|几)(?:次|顿|天|片)"
        r"|(?:没|少)(?:吃|服|打)(?:上|到|了)?(?:一|两)(?:次|顿|针)|补(?:吃|服|打)|(?:昨|今|早|晚).{0,6}(?:忘了|没吃)"
        r"|断了?(?:一|两|几)天",
    ),
    (
        Aspect.PREGNANCY,
        r"怀孕|孕妇|孕期|孕早期|孕中期|孕晚期|备孕|怀了|怀上|哺乳|喂奶|母乳|奶孩子|坐月子|月子里|胎儿|孕\d|要孩子|准备要娃",
    ),
    (
        Aspect.ALCOHOL,
        r"[喝饮沾碰][^。？?]{0,3}酒(?!石酸)|酒后|酒精|啤酒|白酒|红酒|黄酒|喝[了点]?两?[杯盅]|解酒|醉|戒酒"
        r"|(?:能|可以|和|跟|与|同|配)酒(?!石酸)",
    ),
    (
        Aspect.STORAGE,
        r"冰箱|冷藏|冷冻|保存|存放|储存|储藏|保质期|有效期|过期|怕光|避光|受潮|放(?:在)?(?:哪|什么地方|车里|外面|多久|室温)"
        r"|(?:开封|开瓶|拆开|打开)(?:了|以?后|之后).{0,6}(?:多久|几天|能放|放)|变色|受热|常温",
    ),
    (
        Aspect.PRICE_OR_WHERE,
        r"多少钱|价格|价钱|贵不贵|贵吗|便宜|几块钱|多少元|医保|报销|哪(?:里|儿)?(?:能|可以)?(?:有|买|卖|配|开)|在哪.{0,4}[买卖开]"
        r"|怎么买|能买到|药店(?:有|能买|买得到|里有)|处方药吗|要处方|用处方|没(?:有)?处方|网上.{0,4}买|有货|有没有卖|去哪.{0,4}[买开配]|哪.{0,6}(?:有?卖|购买|买得到)|药店.{0,8}[卖买]|在哪买",
    ),
    (
        Aspect.INTERACTION,
        r"相互作用|冲突|相克|犯冲|反应吗.{0,4}一起|(?:一起|同时|一块儿?|一道|搭配|配合|混着?|合着|合)(?:吃|服|用|喝|打)"
        r"|(?:一起|同时|一块儿?|搭配)(?:行|可以|能|会)|同服|同用|合用|并用|叠加|隔(?:多久|开|几个?小时|多长时间)"
        r"|(?:和|跟|与|同|配).{1,14}(?:一起|同时|一块|冲突|能吃|能不能吃|可以吃|间隔|打架|反应)"
        r"|又吃.{1,12}(?:行|可以|能|会|要紧)|吃了?.{1,12}还能(?:再)?(?:吃|喝)|柚|牛奶送|(?:用|就着).{0,6}(?:茶|牛奶|果汁|豆浆)"
        r"|(?:喝|吃)(?:牛奶|茶|咖啡|豆浆|果汁|绿茶|浓茶)",
    ),
    (
        Aspect.SIDE_EFFECT,
        r"副作用|负作用|不良反应|副反应|坏处|危害|伤害|会死人|中毒|伤(?:胃|肝|肾|身体|心|眼)|(?:会|能)?上瘾|依赖性?|成瘾|有毒|毒性|难受|不舒服|不适|过敏(?:了|反应)"
        r"|(?:吃|用|服|喝|打|吸|喷)(?:了|完|上|过|药)?(?:之?后|以后)?.{0,8}"
        r"(?:头晕|恶心|拉肚子|咳嗽|干咳|起疹|疹子|皮疹|脚肿|腿肿|犯困|困|心慌|胃疼|胃痛|发黑|出血|便秘|腹泻|掉头发|发胖|长胖|变胖|失眠|痒|吐|肿|口干|肌肉)"
        r"|会不会(?:头晕|恶心|发胖|长胖|犯困|咳|困|拉|吐|掉|影响|肿)|会(?:犯困|困|胖|发胖|头晕|瘦|肿|咳嗽|拉肚子)吗|安全吗|吃多了|过量|吃太多|影响(?:开车|生育|性)|开车",
    ),
    (
        Aspect.CONTRAINDICATION,
        r"禁忌|忌口|禁用|慎用|(?:什么|哪些|哪种|啥)(?:样的?)?人.{0,6}(?:不能|不可以|不宜|不适合|别|不要|要小心)|不能(?:吃|用|服)的"
        r"|谁不能|不适合(?:哪|什么|谁)|(?:病人|患者|的人|孩子|小孩|宝宝|娃娃?|老人|老年人|儿童|婴儿|岁|例假|月经|经期).{0,6}(?:能|可以|可不可以|能不能|适合|适不适合)(?:不能)?(?:吃|用|服|喝|打|贴)"
        r"|(?:孩子|小孩|宝宝|儿童|婴儿|老人|老年人|小朋友|岁).{0,14}(?:可以|能|行|适合|可不可以)(?:服用|吃|用|喝|的)?(?:吗|么|嘛|不|吧|？|\?|$)"
        r"|(?:高血压|糖尿病|肾不好|肝不好|肾病|肝病|胃溃疡|胃病|哮喘|痛风|青光眼|前列腺|心脏病|心衰|冠心病|甲亢|癫痫|蚕豆病|过敏)"
        r".{0,8}(?:能|可以|可不可以|适合|行)|不能吃(?:吗|么)|要注意(?:什么|啥|哪些)|注意事项|注意什么",
    ),
    (
        Aspect.USAGE,
        r"怎么(?:吃|服|用|喝|打|吸|喷|含)|如何(?:吃|服|服用|使用|用|喝)|咋(?:吃|用|服|喝)|用法|用量|剂量|饭前|饭后|空腹|餐前|餐后|随餐|吃饭"
        r"|(?:一|每)(?:天|日|次|顿|回|周)(?:要|该|得|应该)?(?:吃|服|喝|打|用|吸|喷|含)?(?:几|多少|最多)|几(?:片|粒|次|颗|袋|包|支|毫克|单位|喷)|多少(?:毫克|片|粒|量|单位|毫升)|吃多少"
        r"|(?:吃|服|用|喝|打)(?:几|多少|多长时间|多久)|什么时(?:候|间)(?:吃|服|喝|打|用)|几点(?:吃|服)|早上吃还是|早晨吃|晚上吃|睡前(?:吃|服)|嚼|掰|整片|整粒|碾碎|压碎"
        r"|(?:多久|几天|多长时间)(?:见效|起效|能好|有效|吃一次|一次|一个?疗程)|疗程|起效|见效|(?:能|可以|要不要|需要|必须).{0,4}(?:停|一直吃|长期|减量|加量|减药|终身)|停药|最多(?:能)?吃|怎么停|漱口",
    ),
    (
        Aspect.INDICATION,
        r"治(?:什么|啥|哪|的|疗|得|不)|(?:管|治)(?:什么|啥|用)|干(?:什么|嘛|啥)(?:用|的)|什么(?:作用|用处|功效|功能|病|药)|有(?:什么|啥)(?:作用|用)|作用|功效|主治|适应症|适应证|疗效"
        r"|用(?:来|于)(?:治|干|做|什么)|是(?:消炎|降压|降糖|止痛|退烧|抗生素|激素|降脂|止咳|化痰|利尿|安眠|感冒)|(?:能|可以|会)(?:治|退烧|止痛|止咳|降压|消炎|降糖|化痰|止泻|助眠)|管用|有用(?:吗|么|嘛)|效果|有效|是啥药|是什么|对.{1,8}(?:有用|有效|管用)",
    ),
)
_COMPILED = tuple((aspect, re.compile(pattern)) for aspect, pattern in _RULES)

_WHO = frozenset({Aspect.USAGE, Aspect.CONTRAINDICATION, None})
_FINER: tuple[tuple[Aspect, frozenset[Aspect | None], str], ...] = (
    (Aspect.LACTATION, frozenset({Aspect.PREGNANCY}), r"^(?!.*(?:怀|孕|胎)).*(?:哺乳|喂奶|母乳|奶孩子|月子)"),
    (Aspect.DRIVING, _WHO | {Aspect.SIDE_EFFECT}, r"开(?:汽|货|出租|公交)?车|驾驶|骑(?:电动|摩托)?车|操作机器|登高"),
    (
        Aspect.CRUSH,
        _WHO,
        r"嚼|掰|碾|压碎|磨|捣碎|切开|化开|化水|(?:打开|拆开|倒出).{0,4}胶囊|胶囊.{0,6}(?:打开|拆开|倒)|整[片粒]",
    ),
    (Aspect.MAX, _WHO, r"最多|上限|极量|最大(?:剂量|用量|量)|不(?:能|要|可以)?超过多少"),
    (Aspect.RENAL, _WHO, r"肾(?:功能)?(?:不好|不全|差|衰|病|炎|移植)|透析|尿毒症|肌酐|单肾"),
    (Aspect.HEPATIC, _WHO, r"肝(?:功能)?(?:不好|不全|差|衰|病|炎|硬化|损伤)|转氨酶|乙肝|脂肪肝"),
    (
        Aspect.CHILD,
        _WHO,
        r"孩子|小孩|儿童|宝宝|宝贝|婴|娃|幼儿|小朋友|新生儿|青少年|(?<!\d)1?\d(?:个半?月|岁)|[一二三四五六七八九]岁|儿子|女儿",
    ),
    (Aspect.ELDERLY, _WHO, r"老人|老年|老头|老太|年纪大|岁数大|奶奶|爷爷|[六七八九]十[多几来]?岁|[6-9]\d岁"),
    (
        Aspect.FOOD,
        frozenset({Aspect.INTERACTION, Aspect.CONTRAINDICATION, None}),
        r"柚|牛奶|酸奶|茶|咖啡|豆浆|果汁|忌口|饮食|食物|水果|海鲜|鸡蛋|辣",
    ),
)
"""A finer aspect, the main ones it may be hidden in, and the words that show it."""
_COMPILED_FINER = tuple((aspect, within, re.compile(pattern)) for aspect, within, pattern in _FINER)


def read_aspect(text: str) -> Aspect | None:
    """The main aspect a sentence asks about, or None when no rule speaks (the caller then asks back)."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return next((aspect for aspect, pattern in _COMPILED if pattern.search(folded)), None)


def read_closely(text: str) -> Aspect | None:
    """The finest aspect a sentence asks about: CHILD rather than USAGE where it is about a child."""
    main, folded = read_aspect(text), unicodedata.normalize("NFKC", text).lower()
    finer = (aspect for aspect, within, pattern in _COMPILED_FINER if main in within and pattern.search(folded))
    return next(finer, main)
