"""From complaints in patients' own words to departments, urgency and questions."""

import time
from pathlib import Path

import pytest

from knowledge.clinic import Clinic
from knowledge.complaint_model import NOBODY, load_complaint_model
from knowledge.complaint_reading import read_complaints
from knowledge.complaints import load_complaints
from knowledge.red_flags import load_red_flags
from knowledge.triage import Urgency, load_triage
from knowledge.yamlfile import BadDataError

FIRST = {
    "小肚子下边老是坠着疼": "gynecology",
    "昨儿个打完球脚脖子肿成个包子": "orthopedics",
    "下楼的时候膝盖酸得厉害": "orthopedics",
    "腰闪了一下直不起来": "orthopedics",
    "胳膊肘磕了一下，一动就痛": "orthopedics",
    "肩膀头子疼，梳头都抬不上去": "orthopedics",
    "睡一觉起来脖子扭不动了": "orthopedics",
    "my ankle is swollen": "orthopedics",
    "小便像浓茶，眼白也黄": "gastroenterology",
    "一吃油的右上腹就胀": "gastroenterology",
    "胃里老泛酸": "gastroenterology",
    "拉肚子拉了五六回": "gastroenterology",
    "好几天没大便，肚子硬": "gastroenterology",
    "大便这阵子特别细": "gastroenterology",
    "黑便两次": "gastroenterology",
    "肛门边上鼓了个小肉球": "proctology",
    "痔疮又疼了": "proctology",
    "大腿根鼓出一个包，躺下就没了": "general_surgery",
    "腿上青筋一条条的": "general_surgery",
    "看远处的字有重影": "ophthalmology",
    "眼睛里进沙子似的磨": "ophthalmology",
    "右眼皮肿起一块": "ophthalmology",
    "左边耳朵里嗡嗡响": "ent",
    "鼻子不通，闻不到香味": "ent",
    "嗓子像刀割": "ent",
    "喉咙里总有痰": "ent",
    "流鼻血一天两次": "ent",
    "最里头那颗牙边上的肉肿了": "stomatology",
    "刷牙就出血": "stomatology",
    "舌头上有溃疡": "stomatology",
    "牙疼得睡不着": "stomatology",
    "龟头上起了小红点": "dermatology",
    "手指脱皮": "dermatology",
    "后背痒得直蹭门框": "dermatology",
    "头发一把一把地掉头发": "dermatology",
    "脚趾缝里又痒又烂": "dermatology",
    "浑身刺挠": "dermatology",
    "睾丸坠着不舒服": "urology",
    "尿了一半停住，尿不尽": "urology",
    "小便带血一天了": "urology",
    "那方面勃起困难": "urology",
    "尿里好多泡沫": "nephrology",
    "咳了半个月还有黄痰": "respiratory",
    "上楼喘，气不够用": "respiratory",
    "我有点着凉了": "respiratory",
    "心里扑通扑通跳，心慌": "cardiology",
    "量血压高压一百六": "cardiology",
    "胸口闷": "cardiology",
    "半边脸发麻": "neurology",
    "走路不稳，老往左歪": "neurology",
    "我爷爷说过就忘，不认人": "neurology",
    "头痛一阵一阵的": "neurology",
    "脖子前面鼓起一块，跟着吞咽动": "endocrinology",
    "老觉得口渴，人也瘦了": "endocrinology",
    "早上起来十个手指头发僵": "rheumatology",
    "脚大拇指红肿": "rheumatology",
    "腿上老是青一块紫一块": "hematology",
    "左边乳房里有个硬块": "breast",
    "例假推迟了一个礼拜": "gynecology",
    "白带像豆腐渣": "gynecology",
    "提不起劲，老想哭": "psychiatry",
    "门锁了又锁，控制不住": "psychiatry",
    "夜里盗汗": "tcm",
    "隔壁的狗咬了我小腿": "infectious",
    "不小心误喝了消毒液": "emergency",
    "磕到头了，起了个包": "emergency",
    "中风后手不会动，想做康复训练": "rehabilitation",
}


@pytest.mark.parametrize(("complaint", "department"), FIRST.items())
def test_where_a_complaint_belongs(clinic: Clinic, complaint: str, department: str) -> None:
    assert clinic.departments_for(complaint)[0].id == department


@pytest.mark.parametrize(
    ("text", "age", "sex", "department"),
    [
        ("咳嗽发烧", 4, "", "pediatrics"),
        ("咳嗽发烧", 40, "", "respiratory"),
        ("肚子疼", 9, "男", "pediatrics"),
        ("宝宝身上起疹子", None, "", "pediatrics"),
        ("孩子看黑板眯着眼", None, "", "ophthalmology"),
        ("小孩牙疼", None, "", "stomatology"),
        ("怀孕五个月，拉肚子", None, "", "obstetrics"),
        ("孕晚期脚肿", None, "", "obstetrics"),
        ("喂奶呢，乳房有硬块，孩子才三个月", None, "", "breast"),
        ("下面痒", 30, "男", "dermatology"),
        ("下面痒", 30, "女", "gynecology"),
        ("我老公尿急尿痛", None, "", "urology"),
        ("是不是怀孕了，月经没来", None, "", "gynecology"),
    ],
)
def test_age_sex_and_pregnancy_steer(clinic: Clinic, text: str, age: int | None, sex: str, department: str) -> None:
    assert clinic.triage.rank(text, age, sex)[0][0].id == department


@pytest.mark.parametrize(
    ("text", "department", "not_department"),
    [
        ("没有咳嗽，就是耳朵疼", "ent", "respiratory"),
        ("不发烧也不咳，膝盖疼", "orthopedics", "respiratory"),
        ("没有头痛、头晕，只是眼睛干", "ophthalmology", "neurology"),
        ("腰不疼，脸上痒", "dermatology", "orthopedics"),
        ("感冒好了，现在就是拉肚子", "gastroenterology", "respiratory"),
    ],
)
def test_what_is_denied_does_not_count(clinic: Clinic, text: str, department: str, not_department: str) -> None:
    found = [one.id for one in clinic.departments_for(text)]
    assert found[0] == department
    assert not_department not in found


@pytest.mark.parametrize("text", ["有没有发烧？咳嗽", "是不是咳嗽", "忍不住咳嗽"])
def test_a_question_is_no_denial(clinic: Clinic, text: str) -> None:
    assert "respiratory" in {one.id for one in clinic.departments_for(text)}


@pytest.mark.parametrize(
    "text", ["", "我家猫拉肚子", "小狗咳嗽", "我的手机坏了", "这作业真让人头疼", "周末去哪儿玩", "没有不舒服", "😀"]
)
def test_no_department_for_animals_and_other_things(clinic: Clinic, text: str) -> None:
    assert clinic.departments_for(text) == ()


def test_several_complaints_add_up(clinic: Clinic) -> None:
    alone = clinic.triage.rank("咳嗽")[0][1]
    assert clinic.triage.rank("咳嗽，喘，有痰")[0][1] > alone
    assert clinic.triage.rank("咳嗽咳嗽咳嗽")[0][1] == pytest.approx(alone, abs=0.01)


def test_a_feeling_belongs_to_its_place() -> None:
    told = read_complaints("耳朵痒。膝盖肿", load_complaints()).told
    assert [one.words for one in told] == ["耳朵痒", "膝盖肿"]
    assert max(told[0].weights, key=lambda name: told[0].weights[name]) == "ent"


@pytest.mark.parametrize(
    ("text", "age", "urgency"),
    [
        ("痰里带血", None, Urgency.URGENT),
        ("右下腹疼，走路一颠就疼", None, Urgency.URGENT),
        ("怀孕八周有点见红", None, Urgency.URGENT),
        ("发烧", 70, Urgency.URGENT),
        ("右耳朵突然听不见了", None, Urgency.URGENT),
        ("宝宝发烧三天了", None, Urgency.URGENT),
        ("膝盖疼了半年", None, Urgency.ROUTINE),
        ("掉头发", None, Urgency.ROUTINE),
        ("有点流鼻涕打喷嚏", None, Urgency.SELF_CARE),
        ("落枕了", None, Urgency.SELF_CARE),
        ("落枕了", 80, Urgency.ROUTINE),
        ("腋下有个鸽子蛋大的包，没有感冒", None, Urgency.ROUTINE),
        ("感冒，乳房摸到硬块", None, Urgency.ROUTINE),
    ],
)
def test_how_soon(clinic: Clinic, text: str, age: int | None, urgency: Urgency) -> None:
    found = clinic.triage.assess(text, age)
    assert found.urgency is urgency
    assert (urgency is Urgency.ROUTINE) or "；" in found.why


def test_danger_goes_to_the_emergency_room_first(clinic: Clinic) -> None:
    categories = {one.id: one for one in load_red_flags().categories}
    found = clinic.triage.assess("胸口压着疼出冷汗", danger=categories["chest_pain"])
    assert [one.id for one, _ in found.departments][:2] == ["emergency", "cardiology"]
    assert found.urgency is Urgency.EMERGENCY and found.ask == () and categories["chest_pain"].name in found.why
    crisis = clinic.triage.assess("不想活了", danger=categories["suicidal"])
    assert [one.id for one, _ in crisis.departments][:2] == ["emergency", "psychiatry"]


def test_questions_are_few_and_not_about_what_is_known(clinic: Clinic) -> None:
    stomach = clinic.triage.assess("肚子疼").ask
    assert 1 <= len(stomach) <= 3 and any("月经" in one for one in stomach)
    assert not any("月经" in one for one in clinic.triage.assess("肚子疼", 30, "男").ask)
    assert any("多大" in one for one in clinic.triage.assess("掉头发").ask)
    assert not any("多大" in one for one in clinic.triage.assess("掉头发", 30).ask)
    assert clinic.triage.assess("今天天气好").ask == ()


def test_the_book_names_only_departments_of_the_clinic(clinic: Clinic) -> None:
    book, own = load_complaints(), {one.id for one in clinic.departments}
    named = book.departments() | set(load_complaint_model().departments) - {NOBODY}
    assert {book.instead.get(name, name) if name not in own else name for name in named} <= own
    assert len(named) >= 24


def test_a_clinic_of_few_departments_sends_nobody_where_it_has_nothing(clinic: Clinic) -> None:
    without = [one for one in clinic.departments if one.id != "proctology"]
    assert load_triage(without).rank("痔疮又疼了")[0][0].id == "general_surgery"
    few = [one for one in clinic.departments if one.id in {"cardiology", "emergency"}]
    assert [one.id for one, _ in load_triage(few).rank("心慌，量血压高")] == ["cardiology"]
    assert {one.id for one, _ in load_triage(few).rank("痔疮又疼了")} <= {"cardiology", "emergency"}


def test_a_fault_in_the_book_is_named(tmp_path: Path, data: Path) -> None:
    text = (data / "complaints.yml").read_text(encoding="utf-8")
    (tmp_path / "complaints.yml").write_text(text.replace("{itch rash lump:", "{itch rahs lump:", 1), encoding="utf-8")
    with pytest.raises(BadDataError, match="rahs"):
        load_complaints(tmp_path)


def test_milliseconds_even_for_long_texts(clinic: Clinic) -> None:
    text = "膝盖疼，没有发烧，晚上咳嗽，手麻。" * 200
    start = time.perf_counter()
    assert clinic.departments_for(text)
    assert time.perf_counter() - start < 1.0
