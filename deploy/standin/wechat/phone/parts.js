// How one thing on the screen looks. Words of the hospital are only ever set as text, never as HTML.

export function element(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

const WAYS = { passive: "被动回复", customer_service: "客服消息", template: "模板消息", subscription: "订阅通知" };
const LINKS = /<a\s[^>]*href=["']([^"']+)["'][^>]*>(.*?)<\/a>|(https?:\/\/[^\s<>"，。；）]+)/gis;
const GAP_MS = 5 * 60_000;

/** A time above a message that comes five minutes after the one before. */
export function timeBetween(before, message) {
  const at = new Date(message.at);
  if (before && at - new Date(before.at) < GAP_MS) return [];
  const words = at.toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  return [element("li", { className: "center" }, words)];
}

/** One message as a list item; `act(name, body)` does what a press does. */
export function messageItem(message, act) {
  if (message.look === "notice") return element("li", { className: "center notice" }, message.text);
  const mine = message.way === "said";
  const bubble = element("div", { className: "bubble" });
  bubble.append(...(LOOKS[message.look] ?? LOOKS.text)(message, act));
  if (message.look === "card" || message.look === "news" || message.look === "link") bubble.classList.add("card");
  if (message.cut) bubble.append(element("span", { className: "small cut" }, "（超过 2048 字节，后面的内容丢失）"));
  if (!mine) bubble.title = WAYS[message.way] ?? "";
  const item = element("li", { className: mine ? "me" : "account" }, bubble);
  item.dataset.number = message.number;
  item.dataset.way = message.way;
  return item;
}

const LOOKS = {
  text: (message, act) => linked(message.text, act),
  voice: (message) => [
    `〔语音〕${message.text ? "" : "没有识别出文字"}`,
    ...(message.text ? [element("span", { className: "small" }, message.text)] : []),
  ],
  image: (message) => [element("img", { src: `/standin/media/${message.media}`, alt: "图片" })],
  video: () => ["〔视频〕"],
  location: (message) => ["〔位置〕", element("span", { className: "small" }, message.text)],
  link: article,
  news: article,
  menu: (message, act) => [
    message.text,
    ...message.items.map((item) =>
      element("button", { type: "button", className: "choice", onclick: () =>
        act("choose", { item: item.id, number: message.number }) }, item.content)),
    ...(message.tail ? [element("span", { className: "small" }, message.tail)] : []),
  ],
  card: (message) => [
    element("span", { className: "small" }, WAYS[message.way] ?? ""),
    element("strong", {}, message.title),
    element("dl", {}, ...message.rows.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)])),
    ...(message.url ? [outward(message.url, "查看详情")] : []),
  ],
};

function article(message) {
  const about = element("span", { className: "small" }, message.text);
  return [element("strong", {}, message.url ? outward(message.url, message.title) : message.title), about];
}

function outward(url, words) {
  if (!/^https?:/i.test(url)) return element("span", { className: "small" }, `${words}（${url}）`);
  return element("a", { href: url, target: "_blank", rel: "noopener" }, words);
}

/** Text with its links: pages open, a link of the form weixin://bizmsgmenu says its words. */
function linked(text, act) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINKS)) {
    parts.push(text.slice(end, found.index), oneLink(found, act));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

function oneLink([, href, words, bare], act) {
  const menu = href?.match(/^weixin:\/\/bizmsgmenu\?(.*)$/i);
  if (!menu) return outward(href ?? bare, words ?? bare);
  const query = new URLSearchParams(menu[1].replaceAll("&amp;", "&"));
  const said = { text: query.get("msgmenucontent") ?? "", id: query.get("msgmenuid") ?? "" };
  return element("button", { type: "button", className: "link", onclick: () => act("follow_link", said) }, words);
}
