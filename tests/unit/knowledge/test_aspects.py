"""Which aspect a patient's question is about."""

import pytest

from knowledge.aspects import Aspect, read_aspect, read_closely
from knowledge.drug_answer import ASPECT_LABELS

SENTENCES = {
    Aspect.USAGE: """
        氨氯地平怎么吃|这个药饭前还是饭后吃|一天吃几次啊|每次吃几片|二甲双胍一天最多吃多少|奥美拉唑空腹吃吗|左甲状腺素什么时候吃最好
        控释片能掰开吃吗|这药要嚼碎吗|要吃多久才行|一个疗程几天|血压正常了能停药吗|多长时间见效|沙丁胺醇怎么喷|胰岛素怎么打
        小孩一次吃多少毫升|要不要一直吃下去|我能不能自己减量|蒙脱石散怎么喝|早上吃还是晚上吃""",
    Aspect.INDICATION: """
        这个药是治什么的|阿托伐他汀有什么作用|布洛芬能退烧吗|甲硝唑治牙疼管用吗|螺内酯是干什么用的|这是降压药吗|氯雷他定主治啥
        阿莫西林是消炎药吗|有什么功效|这药是治啥病的|对头疼有用吗|适应症是什么|孟鲁司特是激素吗|能治感冒吗|阿奇霉素治疗支原体效果怎么样""",
    Aspect.SIDE_EFFECT: """
        有什么副作用|吃了头晕正常吗|吃完恶心怎么回事|会不会伤肝|长期吃会上瘾吗|吃了以后脚肿了|吃药后老是干咳|这个药会犯困吗
        吃了他汀肌肉疼|不良反应有哪些|用了以后心慌|会不会发胖|吃多了会怎样|吃了药大便发黑|伤胃吗|喝了以后拉肚子|吃了能开车吗|对肾有危害吗""",
    Aspect.CONTRAINDICATION: """
        哪些人不能吃布洛芬|有什么禁忌|青光眼能用吗|哮喘病人可以吃美托洛尔吗|糖尿病人能吃这个吗|肾不好能吃二甲双胍吗|小孩能吃吗
        老人可以吃艾司唑仑吗|要忌口吗|吃这个要注意什么|蚕豆病能吃黄连素吗|胃溃疡可以吃阿司匹林吗|青霉素过敏能吃阿莫西林吗|三岁宝宝能用布洛芬吗|什么人要慎用""",
    Aspect.INTERACTION: """
        和布洛芬一起吃行吗|能跟头孢同时吃吗|华法林和阿司匹林有冲突吗|两个药隔多久|氨氯地平能不能和辛伐他汀一起吃|和降压药相克吗
        能用牛奶送吗|吃药期间能吃柚子吗|可以和维生素一块吃吗|这个药跟感冒药能一起吃不|钙片和左甲状腺素要间隔多久|吃了布洛芬还能再吃泰诺吗
        氯吡格雷与奥美拉唑合用可以吗|吃药能喝咖啡吗|这两种药会打架吗，和他汀一起吃的""",
    Aspect.PREGNANCY: """
        怀孕能吃吗|喂奶期间能用布洛芬吗|孕妇可以吃氯雷他定吗|备孕要停药吗|哺乳期能吃头孢吗|怀了宝宝还能吃缬沙坦吗|月子里能吃吗
        奶孩子呢能不能吃这个|孕早期吃了阿奇霉素怎么办|准备要孩子，甲氨蝶呤要停多久|对胎儿有影响吗|母乳喂养可以吃吗""",
    Aspect.MISSED_DOSE: """
        忘了吃怎么办|昨晚忘记吃了今天补吗|漏服一次要紧吗|早上没吃药，现在能补吗|漏打了一针胰岛素|忘吃一顿可以补吃吗|漏了两天还接着吃吗
        少吃了一次怎么办|今天忘记打针了|想起来忘服了还用补服吗|我忘了一次华法林""",
    Aspect.STORAGE: """
        要放冰箱吗|怎么保存|开封后能放多久|过期了还能吃吗|药片变色了|可以放车里吗|胰岛素要冷藏吗|硝酸甘油怕光吗|有效期多长
        放在哪里好|拆开以后多久不能用了|要避光存放吗""",
    Aspect.ALCOHOL: """
        能喝酒吗|吃了头孢可以喝点啤酒吗|喝完酒能吃吗|昨晚喝了白酒今天能吃药吗|酒后能吃布洛芬吗|吃药期间可以饮酒吗|喝一杯红酒要紧吗
        停药几天能喝酒|含酒精的饮料能喝吗|我喝醉了还能吃降压药吗""",
    Aspect.PRICE_OR_WHERE: """
        多少钱一盒|哪里能买到|医保能报吗|药店有吗|这药贵不贵|要处方吗|网上可以买吗|在哪买|有便宜的吗|你们医院能开吗，去哪开|这是处方药吗""",
}
ASKED = [
    (sentence.strip(), aspect)
    for aspect, block in SENTENCES.items()
    for line in block.strip().splitlines()
    for sentence in line.split("|")
]
NOT_ABOUT_DRUGS = ("你好", "谢谢", "我想挂号", "氨氯地平", "阿莫西林胶囊", "明天下午三点", "张医生在吗", "")


def test_there_are_enough_sentences() -> None:
    assert len(ASKED) >= 120
    assert len({sentence for sentence, _ in ASKED}) == len(ASKED)


@pytest.mark.parametrize(("sentence", "aspect"), ASKED)
def test_aspect_is_read(sentence: str, aspect: Aspect) -> None:
    assert read_aspect(sentence) is aspect


@pytest.mark.parametrize("sentence", NOT_ABOUT_DRUGS)
def test_no_aspect_is_invented(sentence: str) -> None:
    assert read_aspect(sentence) is None


def test_full_width_and_tartrate_do_not_confuse() -> None:
    assert read_aspect("孕６周能吃吗") is Aspect.PREGNANCY
    assert read_aspect("可以和酒石酸美托洛尔一起吃吗") is Aspect.INTERACTION


CLOSELY = {
    Aspect.CHILD: "小孩一次吃多少毫升|孩子能吃蒙脱石散吗|三岁宝宝能用布洛芬吗|8个月能吃这个吗|儿子5岁一次喝几毫升",
    Aspect.ELDERLY: "老人可以吃艾司唑仑吗|我奶奶能吃这个吗|七十多岁一天吃几片|老年人用量是多少",
    Aspect.RENAL: "肾不好能吃二甲双胍吗|透析的人怎么吃|肾功能不全一天吃几片|尿毒症能用吗",
    Aspect.HEPATIC: "肝硬化能吃吗|乙肝病人可以吃他汀吗|转氨酶高能吃阿托伐他汀吗|脂肪肝能用吗",
    Aspect.LACTATION: "哺乳期能吃头孢吗|喂奶期间能用布洛芬吗|奶孩子呢能不能吃这个|月子里能吃吗",
    Aspect.DRIVING: "吃了能开车吗|吃完氯雷他定可以开车吗|吃药以后能骑电动车吗|吃了会不会影响开车",
    Aspect.FOOD: "吃药期间能吃柚子吗|能用牛奶送吗|吃药能喝咖啡吗|要忌口吗|吃头孢能吃海鲜吗",
    Aspect.CRUSH: "控释片能掰开吃吗|这药要嚼碎吗|胶囊能打开吃吗|可以碾碎了喂吗|能化开喝吗",
    Aspect.MAX: "二甲双胍一天最多吃多少|布洛芬一天最多几片|最大剂量是多少",
    Aspect.PREGNANCY: "怀孕能吃吗|备孕和哺乳期能吃吗",
    Aspect.USAGE: "氨氯地平怎么吃|一天吃几次啊|饭前还是饭后吃",
    Aspect.SIDE_EFFECT: "会不会伤肝|伤肾吗|长期吃伤肾吗|孩子吃了拉肚子",
    Aspect.CONTRAINDICATION: "哪些人不能吃布洛芬|青光眼能用吗",
    Aspect.INTERACTION: "和布洛芬一起吃行吗",
    Aspect.ALCOHOL: "老人吃药能喝酒吗",
    Aspect.MISSED_DOSE: "孩子忘了吃一次怎么办",
}


@pytest.mark.parametrize(
    ("sentence", "aspect"), [(one, aspect) for aspect, block in CLOSELY.items() for one in block.split("|")]
)
def test_the_finest_aspect_is_read(sentence: str, aspect: Aspect) -> None:
    assert read_closely(sentence) is aspect


@pytest.mark.parametrize("sentence", NOT_ABOUT_DRUGS)
def test_no_finer_aspect_is_invented(sentence: str) -> None:
    assert read_closely(sentence) is None


@pytest.mark.parametrize("aspect", Aspect)
def test_a_label_behind_a_name_asks_for_its_aspect(aspect: Aspect) -> None:
    """Buttons say `布洛芬漏服怎么办`."""
    assert read_closely(f"布洛芬{ASPECT_LABELS[aspect]}") is aspect
