"use strict";
const patient = new URLSearchParams(location.search).get("patient") ?? "";
const at = (id) => document.getElementById(id);
let nurse = "", before = "";

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

async function act(done) {
  try {
    const answer = await fetch("/wecom/act", { method: "POST", body: JSON.stringify({ patient, ...done }) });
    const { ok } = await answer.json();
    at("notice").textContent = ok ? "" : "医院的服务没有接收这次操作。";
  } catch { at("notice").textContent = "连接不上模拟服务。"; }
  await refresh();
}

function group(messages) {
  if (!messages.length) return [make("p", { class: "time" }, "还没有消息。")];
  return messages.map((one) => make("div", {}, make("span", { class: "time" }, `杏林护士台（机器人） ${one.at}`),
    make("div", { class: "bubble" }, one.kind === "markdown" ? one.text.replaceAll("**", "").replaceAll("> ", "· ") : one.text,
      ...one.mentioned.map((name) => make("span", { class: "call" }, ` @${name}`)))));
}

function card(userid, one) {
  const buttons = one.replaced ? [make("button", { disabled: true }, one.replaced)]
    : one.buttons.map((each) => each.url ? make("a", { href: each.url, target: "_blank", rel: "noreferrer" }, each.text)
      : make("button", { onclick: () => act({ press: each.text, userid, task: one.task }) }, each.text));
  return make("article", { class: one.red ? "card red" : "card" }, make("span", { class: "from" }, `${one.from} ${one.at}`),
    make("h3", {}, one.title), make("p", {}, one.desc), one.sub ? make("p", { class: "call" }, one.sub) : "",
    make("dl", {}, ...one.rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
    make("div", { class: "row" }, ...buttons));
}

function show(state) {
  nurse ||= state.nurses[0]?.userid ?? "";
  at("group").replaceChildren(...group(state.group));
  at("tabs").replaceChildren(...state.nurses.map((one) => {
    const open = one.cards.filter((each) => !each.replaced).length;
    return make("button", { role: "tab", "aria-selected": String(one.userid === nurse),
      onclick: () => { nurse = one.userid; before = ""; refresh(); } }, open ? `${one.name}（${open}）` : one.name);
  }));
  const mine = state.nurses.find((one) => one.userid === nurse);
  const cards = mine?.cards.toReversed().map((one) => card(nurse, one)) ?? [];
  at("cards").replaceChildren(...(cards.length ? cards : [make("p", { class: "time" }, "还没有卡片。")]));
  at("talk").replaceChildren(...state.patient.shown.map((one) => make("div", { class: one.mine ? "bubble mine" : "bubble" }, one.text,
    one.menu.length ? make("div", { class: "menu" }, ...one.menu.map((label) => make("button", { onclick: () => act({ choose: label }) }, label))) : "")));
  const standing = ["新会话", "机器人接待", "排队等人工", "人工接待", "已结束"][state.patient.state];
  at("quota").textContent = `${standing}，还可下发 ${state.patient.left} 条`;
  at("talk").scrollTop = at("talk").scrollHeight;
  at("group").scrollTop = at("group").scrollHeight;
}

async function refresh() {
  const answer = await fetch(`/wecom/state?patient=${encodeURIComponent(patient)}`);
  const text = await answer.text();
  if (text === before) return;  // nothing new: what a person is reading stays where it is
  before = text;
  show(JSON.parse(text));
}

at("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = at("words").value.trim();
  if (!words) return;
  at("words").value = "";
  void act({ say: words });
});
at("enter").addEventListener("click", () => act({ enter: true }));
setInterval(() => refresh().catch(() => { at("notice").textContent = "连接不上模拟服务。"; }), 1000);
void refresh();
