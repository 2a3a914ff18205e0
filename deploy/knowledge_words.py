"""What the operator is told about imports and about the state of the knowledge."""

from collections.abc import Iterator

from knowledge.edition_report import Report
from knowledge.importers.records import Kind
from knowledge.status import EDITION_OLD, EditionStatus, SourceStatus, Status

KIND_NAMES = {
    Kind.LEAFLET: "说明书",
    Kind.NAME: "名称",
    Kind.INTERACTION: "相互作用",
    Kind.DISEASE: "疾病",
    Kind.DEPARTMENT: "科室",
    Kind.DOCTOR: "医生",
    Kind.PASSAGE: "片段",
}
_SHOWN = 5
"""Ids of a long list that are named."""


def report_in_words(report: Report) -> str:
    """What an import or a trial brought, and what to do next."""
    return "\n".join((_outcome(report), *_changes(report), *_problems(report), *_next(report)))


def _outcome(report: Report) -> str:
    if report.number is None:
        return f"试导入 {report.source}：什么都没有写入。"
    if report.known:
        return f"{report.source}：这个文件已经导入过，就是第 {report.number} 版。"
    resumed = f"（从第 {report.resumed_at} 条接着导）" if report.resumed_at else ""
    return f"{report.source} 第 {report.number} 版导好了{resumed}。"


def _changes(report: Report) -> Iterator[str]:
    against = f"和现用第 {report.against} 版比" if report.against else "现在没有在用的版本"
    for kind, change in report.changes.items():
        differs = f"新增 {change.new}、改动 {change.changed}、消失 {change.gone}" if report.against else "全是新的"
        yield f"  {KIND_NAMES[kind]} {change.count} 条（{against}，{differs}）"
    if not report.changes:
        yield "  一条也没有"


def _problems(report: Report) -> Iterator[str]:
    if report.problem_count:
        yield f"问题 {report.problem_count} 处："
        yield from (f"  {one.where}：{one.what}" for one in report.problems)
        left = report.problem_count - len(report.problems)
        if left:
            more = f"，全部见 xinglin knowledge problems {report.source}" if report.number else ""
            yield f"  还有 {left} 处{more}"


def _next(report: Report) -> Iterator[str]:
    if report.number and report.number != report.against and report.changes:
        yield f"还没有使用。核对后发布：xinglin knowledge release {report.source} {report.number} --reviewer 姓名"


def status_in_words(status: Status, clinic: str) -> str:
    """The whole state, what needs work last in each part."""
    sources = [line for one in status.sources for line in _source(one)] or ["没有导入过外部资料。"]
    return "\n".join((*_own(status, clinic), *sources))


def _own(status: Status, clinic: str) -> Iterator[str]:
    if status.broken:
        yield f"资料装不起来：{status.broken}"
        yield "正在运行的服务还用着原来的资料，改好后会自己换上；没改好以前不要重新启动，会启动不了。"
        return
    own = f"，本院改写 {len(status.own_files)} 个文件（{_some(status.own_files)}）" if status.own_files else ""
    yield f"机构 {clinic}：药品 {status.drugs} 种，片段 {status.passages} 段{own}。"
    for words, ids in (
        ("没有第二个人读过的药品条目（照常使用）", status.unread_drugs),
        ("没有第二个人读过的片段（不使用）", status.unread_passages),
        ("已过期、不再使用的片段", status.expired),
        ("三十天内过期的片段", status.expiring),
        ("两年以上没有核对的出处", status.stale),
    ):
        if ids:
            yield f"  {words}：{len(ids)}（{_some(ids)}）"


def _source(source: SourceStatus) -> Iterator[str]:
    if source.broken:
        yield f"{source.id}：{source.broken}"
        return
    served = next((one for one in source.editions if one.served), None)
    yield f"{source.id}：{_edition(served) if served else '没有在用的版本'}"
    newest = source.editions[-1] if source.editions else None
    if newest and (served is None or newest.number > served.number):
        taken_back = f"，{newest.reviewer} 发布过又退回了" if newest.reviewer else ""
        yield f"  第 {newest.number} 版还没有发布{taken_back}：{_counts(newest)}"
    for number in source.unfinished:
        yield f"  第 {number} 版没有导完：用同一个文件再运行一次导入就会接着导"


def _edition(one: EditionStatus) -> str:
    old = f"，超过 {EDITION_OLD.days} 天，该换新的了" if one.old else ""
    last = f"，用到 {one.last_day}" if one.last_day else ""
    return (
        f"第 {one.number} 版在用，《{one.title}》，{_counts(one)}；{one.imported} 导入（{one.days} 天前{old}），"
        f"{one.reviewer} 审核{last}"
    )


def _counts(one: EditionStatus) -> str:
    counted = "、".join(f"{KIND_NAMES[Kind(kind)]} {count} 条" for kind, count in one.counts.items()) or "一条也没有"
    return f"{counted}{f'，问题 {one.problems} 处' if one.problems else ''}"


def _some(ids: tuple[str, ...]) -> str:
    return "、".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
