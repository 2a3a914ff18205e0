/** Clock times as a person in China reads them. */

const ZONE = "Asia/Shanghai";
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric", weekday: "long" });

function valid(iso: string): Date | null {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? null : at;
}

export function clockOf(iso: string): string {
  const at = valid(iso);
  return at ? clock.format(at) : "";
}

export function dayOf(iso: string): string {
  const at = valid(iso);
  return at ? day.format(at).replace("日", "日 ").trim() : "";
}

/** Seconds → "45 秒", "3 分 20 秒", "1 小时 5 分"; a fast client clock never shows a negative time. */
export function waited(sinceIso: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - new Date(sinceIso).getTime()) / 1000)) || 0;
  if (seconds < 60) return `${seconds} 秒`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} 分 ${seconds % 60} 秒` : `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
}
