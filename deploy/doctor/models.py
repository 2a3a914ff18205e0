"""The models: is each there, does it stream, does it keep to a JSON schema, how soon does it speak?"""

import asyncio
from collections.abc import Sequence
from time import monotonic

from bot.bootstrap import llms_at
from bot.errors import ModelUnavailable
from bot.llm import JsonSchema, LlmAt, OpenAiLlm, Prompt
from bot.tiers import Tier
from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import Kit

TIERS = {Tier.MAIN: "大模型", Tier.SMALL: "小模型", Tier.BACKUP: "备用模型"}
COUNT: Prompt = ({"role": "user", "content": "请从一数到二十，用中文数字，每个数之间用逗号隔开，不要说别的。"},)
CHOOSE: Prompt = ({"role": "user", "content": '病人说：我想挂号。只回答 JSON：{"command":"book"}，不要说别的。'},)
SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"command": {"enum": ["book", "other"]}},
    "required": ["command"],
    "additionalProperties": False,
}
LATE = 0.5  # of the longest wait for the first words: slower than this, patients of a busy hour get passages instead
LUMP_CHARACTERS = 20  # so many in a single piece are no stream


async def look_at_models(kit: Kit) -> Sequence[Finding]:
    """Each tier that is filled."""
    tiers = llms_at(kit.settings)
    found = await asyncio.gather(*(_examine(TIERS[tier], where) for tier, (where, _) in tiers.items()))
    none = mind("大模型", "未配置，拿不准的问题用资料原文回答。配置：LLM_BASE_URL、LLM_MODEL、LLM_API_KEY")
    return [each for findings in found for each in findings] or [none]


async def _examine(name: str, where: LlmAt) -> Sequence[Finding]:
    llm = OpenAiLlm(where)
    try:
        listed = await _listed(name, where, llm)
        if listed.failed:
            return [listed]
        return [listed, await _streams(f"{name}·流式", where, llm), await _keeps_to(f"{name}·按格式", llm)]
    finally:
        await llm.close()


async def _listed(name: str, where: LlmAt, llm: OpenAiLlm) -> Finding:
    try:
        names = await llm.models()
    except ModelUnavailable as error:
        return failed(name, f"{where.base_url} 不回应（{error.detail}）。请检查地址、密钥和服务是否启动")
    if where.model not in names:
        return failed(name, f"服务上没有 {where.model or '（未填模型名）'}，可用的有：{', '.join(names)}")
    return well(name, f"{where.model} 可用")


async def _streams(part: str, where: LlmAt, llm: OpenAiLlm) -> Finding:
    started, pieces, first = monotonic(), list[str](), 0.0
    try:
        async for piece in llm.stream(COUNT):
            first = first or monotonic() - started
            pieces.append(piece)
    except ModelUnavailable as error:
        return _broken(part, error.detail, pieces, where)
    return _judged(part, pieces, first, where.first_token_s)


def _broken(part: str, error: str, pieces: Sequence[str], where: LlmAt) -> Finding:
    if error == "TimeoutError" and not pieces:
        slow = f"{where.first_token_s:g} 秒内没有开口"
        return failed(part, f"{slow}。请看显卡是否忙，或调大 XINGLIN_LLM_FIRST_TOKEN_S")
    if error == "TimeoutError":
        return failed(part, f"说到一半停住，或超过 {where.total_s:g} 秒还没说完。请看显卡是否忙、代理的超时是否太短")
    if len(pieces) > 1 and "".join(pieces).strip():
        return mind(part, f"逐字到达，但没有正常说完（{error}）：模型停不下来，或被代理切断。这样的答案会换成资料原文")
    return failed(part, f"收不到流式答案（{error}）。请检查服务是否支持 stream，中间的代理是否改写了内容")


def _judged(part: str, pieces: Sequence[str], first_s: float, longest_s: float) -> Finding:
    spoke = f"首字 {first_s:.1f} 秒（上限 {longest_s:g} 秒）"
    if not "".join(pieces).strip():
        return failed(part, "答案是空的。请检查模型和它的对话模板")
    if len(pieces) == 1 and len(pieces[0]) >= LUMP_CHARACTERS:
        return mind(part, f"{spoke}，整段一起到，没有逐句。请关闭代理的缓冲（nginx：proxy_buffering off）")
    if first_s > LATE * longest_s:
        return mind(part, f"{spoke}，偏慢：繁忙时会来不及，改用资料原文")
    return well(part, spoke)


async def _keeps_to(part: str, llm: OpenAiLlm) -> Finding:
    try:
        await llm.choose(CHOOSE, SCHEMA)
    except ModelUnavailable as error:
        return failed(
            part,
            f"给不出合格的 JSON（{error.detail}），听不懂的话就猜不出是要办什么。请打开服务的结构化输出"
            "（vLLM：--structured-outputs-config，见 docs/models.md）",
        )
    return well(part, "按 JSON 格式回答")
