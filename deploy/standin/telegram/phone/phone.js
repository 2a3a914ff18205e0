// The phone: shows the chat as the stand-in has it, twice a second, and does what the person does.
const byId = (id) => document.getElementById(id);
const user = () => (/^\d+$/.test(byId("user").value) ? byId("user").value : "1001");
byId("user").value = new URLSearchParams(location.search).get("user") || "1001";
let before = "";
let editing = null;

const act = async (what) => {
  const answer = await fetch(`/telegram/chats/${user()}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what),
  });
  byId("notice").textContent = answer.ok ? "" : "没有成功";
  await look();
};

const element = (name, properties, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};

const MEDIA = { photo: "〔照片〕", voice: "〔语音〕", video: "〔视频〕", document: "〔文件〕", sticker: "〔贴纸〕", location: "〔位置〕" };

const shown = (message) => {
  const time = new Date(message.at * 1000).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  const words = element(message.mine ? "button" : "div", { className: "words" },
    (MEDIA[message.media] || "") + message.text,
    element("span", { className: "meta" }, (message.edited ? "已编辑 " : "") + time));
  if (message.mine) words.onclick = () => { editing = message.number; byId("text").value = message.text; byId("text").focus(); };
  const rows = message.rows.map((labels) => element("div", { className: "row" },
    ...labels.map((label) => element("button", { onclick: () => act({ press: label, number: message.number }) }, label))));
  return element("li", { className: message.mine ? "mine" : "" }, words, ...rows);
};

const look = async () => {
  const text = await (await fetch(`/telegram/chats/${user()}`)).text();
  if (text === before) return;
  before = text;
  const state = JSON.parse(text);
  byId("state").textContent = state.blocked ? "已拉黑" : state.typing ? "正在输入…" : "";
  byId("block").textContent = state.blocked ? "解除拉黑" : "拉黑";
  byId("block").onclick = () => act({ block: !state.blocked });
  byId("notice").textContent = state.notices[0] || "";
  byId("chat").replaceChildren(...state.messages.map(shown));
  byId("chat").lastElementChild?.scrollIntoView({ block: "end" });
  const menu = state.menu.length ? state.menu : [{ command: "start", description: "开始" }];
  byId("menu").replaceChildren(...menu.map((one) =>
    element("button", { onclick: () => act({ say: `/${one.command}` }) }, one.description)));
};

byId("say").onsubmit = (event) => {
  event.preventDefault();
  const words = byId("text").value;
  if (!words.trim()) return;
  byId("text").value = "";
  act(editing === null ? { say: words } : { edit: words, number: editing });
  editing = null;
};
byId("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("say").requestSubmit(); }
};
for (const button of document.querySelectorAll("[data-send]")) button.onclick = () => act({ send: button.dataset.send });
byId("user").onchange = look;
setInterval(look, 500);
look();
