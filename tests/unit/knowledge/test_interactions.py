"""The shipped interaction table."""

import time
from itertools import combinations

import pytest

from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.drugs import Drug
from knowledge.interactions import Interaction, InteractionTable, Severity, load_interactions

BOOK = load_drug_book()
TABLE = load_interactions()
PAIRS = (
    ("华法林", "布洛芬", Severity.MAJOR),
    ("华法林", "利伐沙班", Severity.CONTRAINDICATED),
    ("辛伐他汀", "克拉霉素", Severity.CONTRAINDICATED),
    ("秋水仙碱", "克拉霉素", Severity.CONTRAINDICATED),
    ("多潘立酮", "氟康唑", Severity.CONTRAINDICATED),
    ("氯吡格雷", "奥美拉唑", Severity.MAJOR),
    ("缬沙坦", "螺内酯", Severity.MAJOR),
    ("依那普利", "厄贝沙坦", Severity.MAJOR),
    ("地高辛", "胺碘酮", Severity.MAJOR),
    ("地高辛", "呋塞米", Severity.MAJOR),
    ("布洛芬", "双氯芬酸钠", Severity.MAJOR),
    ("甲氨蝶呤", "阿莫西林克拉维酸钾", Severity.MAJOR),
    ("左氧氟沙星", "碳酸钙D3", Severity.MAJOR),
    ("舍曲林", "白加黑", Severity.MAJOR),
    ("美托洛尔", "布地奈德福莫特罗", Severity.MAJOR),
    ("格列齐特", "氟康唑", Severity.MAJOR),
    ("茶碱", "克拉霉素", Severity.MAJOR),
    ("左甲状腺素", "硫酸亚铁", Severity.MODERATE),
    ("艾司唑仑", "快克", Severity.MODERATE),
    ("氨氯地平", "泰诺", Severity.MODERATE),
    ("硫唑嘌呤", "别嘌醇", Severity.MAJOR),
    ("硫唑嘌呤", "非布司他", Severity.CONTRAINDICATED),
    ("华法林", "卡培他滨", Severity.MAJOR),
    ("优思明", "利福平", Severity.MAJOR),
    ("利伐沙班", "卡马西平", Severity.MAJOR),
    ("他克莫司", "伊曲康唑", Severity.MAJOR),
    ("环孢素", "利福平", Severity.MAJOR),
    ("替格瑞洛", "克拉霉素", Severity.CONTRAINDICATED),
    ("伊伐布雷定", "维拉帕米", Severity.CONTRAINDICATED),
    ("硝酸甘油", "西地那非", Severity.CONTRAINDICATED),
    ("西地那非", "特拉唑嗪", Severity.MAJOR),
    ("氟西汀", "利奈唑胺", Severity.CONTRAINDICATED),
    ("司来吉兰", "白加黑", Severity.CONTRAINDICATED),
    ("度洛西汀", "曲马多", Severity.MAJOR),
    ("碳酸锂", "依那普利", Severity.MAJOR),
    ("碳酸锂", "布洛芬", Severity.MAJOR),
    ("西酞普兰", "莫西沙星", Severity.MAJOR),
    ("甲氨蝶呤", "复方磺胺甲噁唑", Severity.CONTRAINDICATED),
    ("茶碱", "环丙沙星", Severity.MAJOR),
    ("氯吡格雷", "艾司奥美拉唑", Severity.MAJOR),
    ("华法林", "复方丹参滴丸", Severity.MAJOR),
    ("氯化钾", "螺内酯", Severity.MAJOR),
    ("螺内酯", "复方磺胺甲噁唑", Severity.MAJOR),
    ("吗啡", "地西泮", Severity.MAJOR),
    ("丙戊酸钠", "美罗培南", Severity.MAJOR),
    ("丙戊酸钠", "拉莫三嗪", Severity.MAJOR),
    ("多西环素", "硫酸亚铁", Severity.MAJOR),
    ("阿仑膦酸钠", "碳酸钙D3", Severity.MODERATE),
    ("替扎尼定", "环丙沙星", Severity.CONTRAINDICATED),
    ("他莫昔芬", "帕罗西汀", Severity.MAJOR),
    ("辛伐他汀", "吉非罗齐", Severity.CONTRAINDICATED),
    ("沙库巴曲缬沙坦", "依那普利", Severity.CONTRAINDICATED),
    ("甲硝唑", "藿香正气水", Severity.MAJOR),
    ("复方甘草酸苷", "地高辛", Severity.MODERATE),
    ("血脂康", "瑞舒伐他汀", Severity.MAJOR),
    ("消渴丸", "格列美脲", Severity.MAJOR),
    ("奈玛特韦利托那韦", "胺碘酮", Severity.CONTRAINDICATED),
    ("异维A酸", "多西环素", Severity.CONTRAINDICATED),
)
FOODS = (
    ("甲硝唑", "吃药期间喝啤酒", Severity.CONTRAINDICATED),
    ("奥硝唑", "白酒", Severity.CONTRAINDICATED),
    ("呋喃唑酮", "啤酒", Severity.CONTRAINDICATED),
    ("头孢曲松", "打完能喝酒吗", Severity.CONTRAINDICATED),
    ("吗啡", "酒", Severity.CONTRAINDICATED),
    ("他克莫司", "西柚", Severity.MAJOR),
    ("硝酸甘油", "壮阳药", Severity.CONTRAINDICATED),
    ("艾司唑仑", "白酒", Severity.CONTRAINDICATED),
    ("头孢克肟", "能喝酒吗", Severity.MAJOR),
    ("辛伐他汀", "西柚汁", Severity.MAJOR),
    ("硝苯地平", "葡萄柚", Severity.MAJOR),
    ("螺内酯", "低钠盐", Severity.MAJOR),
    ("左甲状腺素", "豆浆", Severity.MODERATE),
    ("硫酸亚铁", "浓茶", Severity.MODERATE),
    ("左氧氟沙星", "牛奶", Severity.MINOR),
    ("华法林", "菠菜", Severity.MODERATE),
)


def _drug(name: str, book: DrugBook = BOOK) -> Drug:
    drug = book.find(name).drug
    assert drug is not None, name
    return drug


def _between(*names: str) -> tuple[Interaction, ...]:
    return TABLE.between([_drug(name) for name in names])


@pytest.mark.parametrize(("a", "b", "severity"), PAIRS)
def test_known_pairs_in_both_orders(a: str, b: str, severity: Severity) -> None:
    for found in (_between(a, b), _between(b, a)):
        assert found[0].severity is severity
        assert all((found[0].mechanism, found[0].advice, found[0].source.title))


@pytest.mark.parametrize(("name", "said", "severity"), FOODS)
def test_food_and_alcohol(name: str, said: str, severity: Severity) -> None:
    found = TABLE.with_food([_drug(name)], said)
    assert found[0].severity is severity
    assert found[0].a == _drug(name).name


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("氨氯地平", "阿莫西林"),
        ("氯雷他定", "叶酸"),
        ("奥司他韦", "蒙脱石散"),
        ("乳果糖", "氨溴索"),
        ("孟鲁司特", "布地奈德福莫特罗"),
    ],
)
def test_nothing_is_said_where_nothing_is_known(a: str, b: str) -> None:
    assert _between(a, b) == ()


def test_food_without_meaning_for_the_drug_is_silent() -> None:
    assert TABLE.with_food([_drug("蒙脱石散")], "能吃葡萄柚吗") == ()
    assert TABLE.with_food([_drug("辛伐他汀")], "能吃米饭吗") == ()


def test_at_least_120_pairs_have_a_rule() -> None:
    pairs = [pair for pair in combinations(BOOK, 2) if TABLE.between(pair)]
    assert len(pairs) >= 120


def test_rules_are_no_alarm_on_everything() -> None:
    """An alarm on a third of all pairs would be clicked away."""
    book = list(BOOK)
    grave = {Severity.CONTRAINDICATED, Severity.MAJOR}
    alarms = sum(any(one.severity in grave for one in TABLE.between(pair)) for pair in combinations(book, 2))
    assert alarms / (len(book) * (len(book) - 1) / 2) < 0.05


def test_what_a_rule_spares_it_spares_with_its_class() -> None:
    assert "beta-blocker-dihydropyridine" not in {one.rule for one in _between("美托洛尔", "维拉帕米")}
    assert _between("美托洛尔", "维拉帕米")[0].severity is Severity.MAJOR


def test_a_class_rule_serves_every_member() -> None:
    for nsaid in ("布洛芬", "双氯芬酸钠", "塞来昔布"):
        assert _between("华法林", nsaid)[0].rule == "warfarin-nsaid"


def test_the_gravest_comes_first_and_each_rule_speaks_once_per_pair() -> None:
    found = _between("华法林", "阿司匹林", "克拉霉素", "辛伐他汀", "秋水仙碱", "白加黑")
    order = list(Severity)
    assert [order.index(one.severity) for one in found] == sorted(order.index(one.severity) for one in found)
    assert len({(one.rule, one.a, one.b) for one in found}) == len(found)


def test_the_same_drug_twice_is_no_interaction() -> None:
    assert _between("布洛芬", "芬必得", "美林") == ()


def test_duplicates_by_ingredient_across_brands() -> None:
    drugs = [_drug(name) for name in ("泰诺林", "白加黑", "快克", "氨氯地平", "络活喜")]
    found = {one.ingredient: one for one in TABLE.duplicates(drugs)}
    assert len(found["对乙酰氨基酚"].drugs) == 3
    assert str(found["对乙酰氨基酚"].daily_max) == "2g"
    assert "氨氯地平" not in found
    assert TABLE.duplicates([_drug("布洛芬"), _drug("芬必得")]) == ()


def test_unordered_pairs_are_not_lost_in_compounds() -> None:
    """A compound interacts through each of its ingredients."""
    assert {one.rule for one in _between("舍曲林", "白加黑")} == {"ssri-dextromethorphan"}
    assert "antihistamine-pair" in {one.rule for one in _between("快克", "氯雷他定")}


def test_empty_and_single_lists() -> None:
    assert TABLE.between([]) == ()
    assert TABLE.between([_drug("华法林")]) == ()
    assert TABLE.duplicates([]) == ()


def test_twelve_medicines_take_less_than_5_ms() -> None:
    drugs = list(BOOK)[:12]
    TABLE.between(drugs)
    best = min(_seconds(drugs) for _ in range(5))
    assert best < 0.005


def _seconds(drugs: list[Drug], table: InteractionTable = TABLE) -> float:
    start = time.process_time()
    table.between(drugs)
    return time.process_time() - start
