"""Tencent's error numbers as tables for the guides: `python -m deploy.remedies_table`. A test keeps them true."""

from collections.abc import Mapping

from connectors.tencent.remedies import NO_ANSWER, REMEDIES, TOO_LARGE, WECOM_REMEDIES, Advice, Remedy

DONE: Mapping[Remedy, str] = {
    Remedy.RETRY: "自动重试",
    Remedy.WAIT: "等一等再发",
    Remedy.CLOSED: "换别的方式",
    Remedy.GONE: "停止发给此人",
    Remedy.ASK_AGAIN: "下次再请用户",
    Remedy.BAD_FIELDS: "这一条不再发",
    Remedy.TOKEN: "换新凭证再试",
    Remedy.OPERATOR: "**需要您处理**",
}
OURS: Mapping[int, str] = {NO_ANSWER: "无应答", TOO_LARGE: "太大"}


def table(remedies: Mapping[int, Advice]) -> str:
    """A Markdown table: number, what the system does, what the operator reads."""
    rows = [
        f"| {_name(code)} | {DONE[advice.remedy]} | {advice.words} |"
        for code, advice in sorted(remedies.items(), key=lambda each: (abs(each[0]), each[0]))
    ]
    return "\n".join(["| 返回码 | 系统怎么做 | 说明 |", "|---|---|---|", *rows])


def _name(code: int) -> str:
    return f"{OURS[code]}（{code}）" if code in OURS else str(code)


if __name__ == "__main__":
    print("docs/wechat.md\n", table(REMEDIES), "\ndocs/wecom.md\n", table(WECOM_REMEDIES), sep="\n")
