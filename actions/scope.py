"""超出范围: a polite no to what is no matter of health; what may be one goes to the knowledge first."""

import asyncio
import re

from actions import phrases
from actions.answer import FALLBACK, Outcome, unclear
from actions.conversation import MENU
from actions.deps import Deps
from actions.heard import Heard
from knowledge.library import Library

# Parts of words by which a question of health is known even when the knowledge has nothing on it.
_HEALTH = re.compile(
    r"(?<!有)病|症|炎|癌|瘤|疹|痘|疮|疣|癣|痔|疝|梗塞|结石|囊肿|息肉|综合征|痛|疼|痒|肿|瘫|呕吐|恶心|咳|便秘|腹泻|拉肚子|发烧"
    r"|失眠|抑郁|焦虑|猝死|过敏|中毒|骨折|扭伤|伤口|溃疡|出血|流血|血[压糖脂型管常尿]|尿|大便|月经|例假|白带|经期|痛经"
    r"|孕|胎|流产|人流|避孕|[带戴]套|做爱|同房|射精|早泄|精子|阴[道茎部]|乳[房腺头]|子宫|卵巢|前列腺|哺乳|母乳|断奶|辅食|月子"
    r"|(?<![炸火农])药|胶囊|颗粒剂|注射|偏方|疫苗|手术|化疗|放疗|治疗|护理|急救|体检|化验|[cC][tT](?![a-zA-Z])|[bB]超|彩超|核磁|胃镜|肠镜"
    r"|心脏|肝|肾|肺|胃|肠|胰|胆囊|甲状腺|淋巴|颈椎|腰椎|膝盖|关节|牙[齿龈疼]|智齿|皮肤|五脏|穴位|湿气|湿热|上火|发物|维生素|补钙"
)
_ANIMAL = re.compile(r"猫|狗|宠物|仓鼠|兔子|金鱼|乌龟|鹦鹉")
_HURT_BY_IT = re.compile(r"咬|抓|挠|舔|过敏|狂犬|怀孕|孕")


async def out_of_scope(deps: Deps, heard: Heard) -> Outcome:
    """Say what we are for, unless the words are about health: then the knowledge answers, or says it does not know."""
    if await asyncio.to_thread(about_health, deps.library, heard):
        return Outcome((FALLBACK,))
    return unclear(phrases.OUT_OF_SCOPE, *MENU)


def about_health(library: Library, heard: Heard) -> bool:
    """Whether the words name a drug, a complaint, a topic of the knowledge, or look medical. Not for animals."""
    text = heard.text
    if _ANIMAL.search(text) and not _HURT_BY_IT.search(text):
        return False
    return bool(
        _HEALTH.search(text)
        or library.drugs.mentioned(text)
        or library.clinic.departments_for(text)
        or library.passages.search(text, 1, heard.at)
    )
