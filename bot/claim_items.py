"""What a stretch between two commas does in its sentence: names a condition, gives advice, sends to care. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.claim_words import BINDS, FILLERS, NEGATIVE, PEOPLE

_SHORT_SUBJECT = 5
"""Characters up to which a stretch without a verb is what its sentence is about."""
_SHORT_HEAD = 8
"""Characters up to which a stretch before a colon says when or of what the rest holds."""
_BARE = 3
"""Characters before its advice from which on a stretch names its own condition."""
_DOES = (
    r"先|够|多|少|不|别|勿|用|看|吃|喝|洗|做|打|去|把|让|抬|坐|躺|穿|戴|涂|擦|抹|按|捏|冲|避|减|戒|记|管|勤|定|睡|休|饭|保持|保湿|剪|换|防|控|拿|移|"
    r"松|扶|摘|量|查|盖|限|补|停|可(?!能)|要|应|继续|平时|每|含|给|带|问|告诉|隔离|预防|最|注意"
)
_CONDITION = re.compile(
    r"^(?:如果|要是|若|万一|一旦|只要|除非|即使)|(?:时|时候|期间|后|之?前|的|者|的人|的话|病人|患者|以上|以下|以内|急性期)$"
)
_THRESHOLD = re.compile(r"左右$|超过|以上|以下|不到|不满|满\d|大于|小于|低于|高于|达到|(?<!\d)到\d")
_BARE_VERB = re.compile(
    r"每|一次|一日|\d|只|仅|光|先|再|不|别|勿|可|要|应|能|会|就|也|都|多(?!数)|少|用(?!药)|吃|喝|看|洗|涂|抹|做|打|去|让|抬|坐|躺|由|问|听|停(?!药)|补|换|马上|立即|尽快|当天|"
    r"一般|通常|往往|多数|大多|可能|常|有|没|是|侧|平躺|放|带|拿|两"
)
_OWN_SCOPE = re.compile(r".{1,8}?(?:时|的时候|后|前|的)")
_SENDS = re.compile(
    r"(?P<before>.*?)(?:(?:马上|立即|尽快|当天|赶紧|立刻|及时|尽早|随时|当晚|早点|就|要|应|再|先)*"
    r"(?:打?120|打?12356|(?:去|看|到)?急诊(?!医生)|就医|去医院|去看|看医生|看[^,]{0,8}科|找医生|联系医生|去[^,]{0,6}科|就诊|复诊|报警))"
    r"|(?:马上|立即|当天|尽快)(?:去|就|看|找|联系|停|做|查)"
)
_NOT_SENT = re.compile(r"由|听|不一定|不用|不必|再去")
_LEANS = re.compile(
    r"^(?:是|会|才|又|把|并|且|因为|否则|不然|以免|免得|以备|为的|它|其|越|更|甚至|后者|前者|有的|反而|却|等|之后|然后|"
    r"后来|接着|先是|最长|最短|最多|最少|最晚|最迟|多在|多见|多半|多数\d)"
)
_AS_TOLD = re.compile(
    r"^(?:要|需|须|必须|都要|应|得)?(?:由|请|经|让)?(?:专科|产科)?医生|^(?:按(?!摩|压|住|时)|遵|由|听|在医)|^以.*为准|^等.*再|^(?:具体)?看说明"
)
_HEDGES = {"多数", "可能", "绝大多数", "多"}
_CONCLUDES = re.compile(r"(?:多|常|多半|多数|可能|也可能|就|才|更)(?:是|像)|算|叫|这叫|要想到|要考虑|提示|说明")
_FOR_A_TEST = re.compile(r"[查做量抽打验]")
_ENUMERATES = re.compile(r"有|[类种样]$")
_SMALL = re.compile(r"也|都|就|要|应|则|可|所以|因此|仍")
_PREDICATE = re.compile(r"很|会|能|有|要|不|可|好|了")
_SCOPE = re.compile(
    r"时(?!间|候表)|后|前|如果|若|的人|者|以上|以下|期间|发作|病人|患者|的$|超过|低于|高于|不到|不满|伴|孕|孩子|宝宝|老人|大人"
)
_EXCEPT = re.compile(r"^(?:但|不过|可是|然而|除|只有|仅|只要|前提|例外)")


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch between commas or colons."""

    condition: bool  # it says when or for whom the rest holds
    sends: bool  # it sends to care, without saying itself with what: what stands before it belongs to it
    acts: bool  # it tells to do, or not to do
    orders: bool  # it begins with what to do
    scoped: bool  # words in it say when or for whom; what follows may hold only then
    own_scope: bool  # it says itself when or for whom it holds
    own_subject: bool  # it names itself what it speaks of
    leans: bool  # it can't be understood without what stands before it
    exception: bool  # it takes back part of what stands before it
    concludes: bool  # it names what stands before it
    either: bool  # it is joined by 或


def read_item(raw: str, words: Sequence[str], *, first: bool, head: bool) -> Item:
    """Read a stretch, given as it stands and in its words; `first` of its sentence; `head`: a colon follows."""
    does = bool(re.match(_DOES, raw))
    binds = any(word in BINDS or (word in NEGATIVE and len(word) > 1) for word in words)
    sent = None if _NOT_SENT.search(raw) else _SENDS.search(raw)
    bare = sent is not None and len(_SMALL.sub("", sent["before"] or "")) < _BARE
    mere = not does and sent is None and "是" not in raw
    heads = head and mere and len(raw) <= _SHORT_HEAD and not binds and not _ENUMERATES.search(raw)
    subject = first and mere and len(raw) <= _SHORT_SUBJECT and not binds and not _PREDICATE.search(raw)
    excepts = bool(_EXCEPT.search(raw)) and (binds or sent is not None or any(word in PEOPLE for word in words))
    hedges = set(words) - FILLERS <= _HEDGES
    return Item(
        condition=heads
        or subject
        or hedges
        or (mere and bool(_CONDITION.search(raw) or (not binds and _THRESHOLD.search(raw)))),
        own_scope=bool(_OWN_SCOPE.match(raw)) or not PEOPLE.isdisjoint(words),
        own_subject=not _BARE_VERB.match(raw),
        sends=bare,
        acts=binds or does or sent is not None,
        orders=does,
        scoped=bool(_SCOPE.search(raw) or _FOR_A_TEST.match(raw)),
        leans=bool(_LEANS.search(raw)),
        exception=excepts or bool(_AS_TOLD.search(raw)),
        concludes=bool(_CONCLUDES.match(raw)),
        either=bool(re.match(r"或|和|以及|与", raw)),
    )
