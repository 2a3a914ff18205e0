"""The guard behind every responder: no unsupported medical sentence leaves, no inner word of the machine.

Pure. `check_sentence` holds one sentence against the passages it cites; `guard_reply` looks at the words of
every other responder.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.entailment import borne_out
from bot.quantities import quantities, units_of


class Reason(StrEnum):
    """Why a sentence may not leave."""

    NUMBER = "number_not_in_passages"
    DRUG = "drug_not_in_passages"
    UNSUPPORTED = "not_borne_out_by_passages"
    PRESCRIBES = "prescribes"
    DIAGNOSES = "diagnoses"
    PROMISES = "promises_cure"
    IMPERSONATES = "speaks_as_doctor"
    KEEPS_AWAY = "keeps_from_care"
    EMPTY = "empty"
    CONTROL = "control_characters"
    INNER_WORD = "inner_word"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may leave, and every reason against it."""

    ok: bool
    reasons: tuple[Reason, ...] = ()


_ILL = "(?:病|症|炎|癌|瘤|梗|塞|出血|感染|中毒|骨折|怀孕|综合征|高血压|糖尿病)"
_CLINICIAN = "(?:医生|医师|大夫|药师|护士|主任|教授)"
_NEVER = {
    Reason.PRESCRIBES: (
        r"(?:我|本人|这边|我们|系统)(?:来|会|先|就|可以)?(?:给|为|替|帮)(?:您|你)(?:开|配|加|换|停|减|调)(?:些|点|一|个|成|了|药|到|为|片|量|方|盒|几)",
        r"(?:给|为)(?:您|你)(?:开具?|出具)(?:的|了)?(?:处方|药方|方子)|(?:处方|方子|药方)如下|(?:您|你)的处方(?:是|：|:)|我开给(?:您|你)",
        r"(?:按|照)(?:我说的|我给的|这个方子|下面的方子|以下处方)",
        r"(?:建议|要求|让|请)(?:您|你)?(?:立即|马上|先|自行|可以)?(?:把|将)?[^，。、；]{0,8}(?:加量|减量|停药(?!后|时|前|期间)|停用|加到|减到|翻倍|减半)",
        r"(?:建议|要求|让)(?:您|你)(?:把|将)?[^，。]{0,8}(?:换成|改成|改为|改用|改吃|换吃)",
        r"(?:您|你)(?:可以|就|应该|现在|先|直接)+(?:自己|自行)?(?:把|将)[^，。]{0,10}(?:停了|停掉|停用|减半|减一半|加倍|翻倍|加到|减到|换成|改成)",
        r"(?:您|你)(?:的)?[^，。]{0,6}(?:药|片|针)(?:可以|就)(?:停了|停掉|不用吃了|不吃了|减半|加倍)",
        r"(?:您|你)(?:就|先|直接|只要|现在|今晚|今天|每天|每次|可以|应该)*(?:吃|服用?|注射|打)[^，。]{0,14}(?:\d|[一二两三四五六半])+(?:片|粒|毫克|mg|毫升|ml|单位|支|袋|丸)",
    ),
    Reason.DIAGNOSES: (
        r"确诊(?:为|是|了)|(?<!可)诊断为(?!.{0,8}的(?:人|患者|病人))",
        r"(?:您|你)(?:得|患)(?:了|上了|的就?是|的肯定)",
        rf"(?:您|你)(?:这|这个|这种|这种情况|的症状|的情况|现在|得的|患的)*(?:就是|肯定是|一定是|明显是|无疑是|应该是|八成是|多半是|基本上?是|十有八九是|属于|是)[^，。]{{0,12}}{_ILL}",
        r"(?:根据|从|按|看)(?:您|你)(?:的)?(?:症状|描述|检查|结果|报告|片子|情况)[^，。]{0,8}，?(?:我)?(?:可以|就能|能|已经)?(?:诊断|断定|确定|判定|确诊)",
        r"我(?:判断|诊断|断定|确定|敢说|认为|看|觉得)[^，。]{0,4}(?:您|你|这)(?:就|肯定|一定)?(?:是|得|患)",
        rf"(?:您|你)[^。]{{0,8}}(?:肯定|一定|绝对|绝)(?:不是|没有|没得)[^，。]{{0,8}}{_ILL}|(?:可以|已经?|能)(?:完全)?排除(?:了)?{_ILL}",
    ),
    Reason.PROMISES: (
        r"(?:保证|包|一定能|肯定能|必定|必然|绝对能|准能|百分之?百|100\s*%)[^，。]{0,6}(?:治好|治愈|痊愈|见效|有效|根治|断根|康复|没事|能好|会好)",
        r"药到病除|妙手回春|立竿见影|万无一失|一劳永逸|永不复发|不再复发|断根|除根|彻底(?:治好|治愈|根治|痊愈)|(?<!精)神药|祖传秘方|[零0]风险|[零0]副作用",
        r"(?:绝对|百分之?百|完全|非常)(?:安全|没有副作用|无副作用|不会有事|没事|没问题)|(?:没有|无|不会有)任何(?:副作用|风险|危险|后遗症|不良反应)",
        r"(?:一吃|吃了|用了|打了|吃完)(?:就|马上就|立刻就|准)(?:好|没事|见效|除根)|(?:三|几|两|\d)天(?:准|包|保证)(?:能)?(?:好|治好|见效)",
        r"(?:放心|尽管|大胆)(?:吃|用|服用|打)(?!的)",
    ),
    Reason.IMPERSONATES: (
        rf"(?:我是|我作为|作为|本人是|我就是)(?:一名|一位|您的|你的|本院|这里|家庭|责任|主管|管床)*(?:的)?[^，。]{{0,6}}(?:主治|主任|执业|专业|资深)?{_CLINICIAN}",
        rf"本(?:医生|大夫|医师|药师)|我们(?:医生|专家)(?:组|团队)?(?:认为|建议|会诊|判断)|我(?:可以|能)?(?:代替|替代|取代|顶替)(?:了)?{_CLINICIAN}",
        r"以我(?:多年|几十年|\d+年)?(?:的)?(?:行医|临床|从医|看病)|我(?:行医|从医|看病|临床)(?:了)?(?:多年|几十年|\d+年)",
        r"我(?:已经)?(?:给|为|帮|替)(?:您|你)(?:看过|检查过|诊断过|看了|检查了|做了检查)|我(?:来|会|可以)?(?:给|为|替)(?:您|你)(?:看病|诊治|治疗|手术|会诊|治病)",
    ),
    Reason.KEEPS_AWAY: (
        r"(?:不用|不必|无需|无须|不需要|没必要|用不着|犯不着|别)(?:再|急着|着急|特意|专门|马上)?(?:去|打|上|跑|叫)?(?:看医生|就医|就诊|去医院|医院|看病|急诊|120|救护车|找医生)",
        r"(?:在家|自己)(?:观察|扛|忍|挺|熬)(?:就行|就好|过去|一下就好|几天就好)|(?:忍|扛|挺|熬)(?:一下|一忍|几天)?就(?:好|过去|没事)",
    ),
}
_DENIED = re.compile(r"(?:不|别|勿|没|未|骗|信|说“|医生|医院|科|由|说明书)[^，。；]{0,8}$")
"""What stands before such words where a text warns of them, or tells what a doctor does."""
_FORBIDDEN = {reason: re.compile("|".join(patterns)) for reason, patterns in _NEVER.items()}

_INNER = re.compile(
    r"nlu_fallback|utter_[a-z_]+|action_[a-z_]+|validate_[a-z_]+|\b[a-z]+_form\b|\bslot\b|\bintent\b|\bentity\b|"
    r"requested_slot|\bRasa\b|\btracker\b|Traceback|Exception|\bNone\b|\bnull\b|undefined|\{[a-z_]+\}|<\|[a-z_]+\|>",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def check_sentence(
    sentence: str, passages_text: Sequence[str], mentioned: Callable[[str], Sequence[object]]
) -> Verdict:
    """Hold `sentence` against the passages it cites, each given as `title。text`.

    One of them must say it (`bot.entailment`), with the same numbers and drugs (`mentioned` names them, as
    DrugBook.mentioned does); and it must not prescribe, diagnose, promise or speak as a doctor, whoever says so.
    """
    plain = re.sub(r"\[\d+\]", "", sentence)
    reasons = [reason for reason, pattern in _FORBIDDEN.items() if _meant(pattern, plain)]
    if not borne_out(plain, passages_text):
        reasons += _lacking(plain, passages_text, mentioned)
    return _verdict(reasons)


def _meant(pattern: re.Pattern[str], sentence: str) -> bool:
    """Whether a sentence says it, and does not warn of it."""
    return any(not _DENIED.search(sentence[: hit.start()]) for hit in pattern.finditer(sentence))


def guard_reply(text: str) -> Verdict:
    """Check the words of any responder: not empty, nothing of the machine's inside, no control characters."""
    reasons = [] if text.strip() else [Reason.EMPTY]
    if _CONTROL.search(text):
        reasons.append(Reason.CONTROL)
    if _INNER.search(text):
        reasons.append(Reason.INNER_WORD)
    return _verdict(reasons)


def _verdict(reasons: Sequence[Reason]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))


def _lacking(sentence: str, passages: Sequence[str], mentioned: Callable[[str], Sequence[object]]) -> list[Reason]:
    """Why no passage bears the sentence out, for the log: what is named first, else its sense."""
    reasons = []
    if not any(quantities(sentence) <= quantities(passage) | units_of(passage) for passage in passages):
        reasons.append(Reason.NUMBER)
    if drugs := mentioned(sentence):
        known = [drug for passage in passages for drug in mentioned(passage)]
        if any(drug not in known for drug in drugs):
            reasons.append(Reason.DRUG)
    return reasons or [Reason.UNSUPPORTED]
