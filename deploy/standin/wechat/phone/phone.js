// The phone of one patient: draws what the stand-in says, sends what the person does.

import { element, messageItem, timeBetween } from "./parts.js";
import { openSheet } from "./sheets.js";

const POLL_MS = 700;
const MOST_PICTURE_BYTES = 8 * 1024 * 1024;
const ACTS = { said: "用户来信", touched: "菜单、关注、扫码", paid: "支付" };
const MODES = { plain: "明文模式", compatible: "兼容模式", safe: "安全模式" };
const at = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const openid = query.get("openid");
let last = null; // newest message drawn
let state = null;
let typesWords = false; // the person chose the keyboard instead of the menu

if (!openid) {
  query.set("openid", "oStandInPatient0001");
  location.replace(`/phone?${query}`);
} else {
  listen();
  await poll();
  if (query.get("scan")) await scanFromAddress();
}

async function poll() {
  clearTimeout(poll.next);
  const fresh = await newest();
  if (fresh) draw({ openid, ...fresh });
  clearTimeout(poll.next); // two polls may cross
  poll.next = setTimeout(poll, POLL_MS);
}

async function newest() {
  try {
    const answer = await fetch(`/standin/state?${new URLSearchParams({ openid, after: last?.number ?? 0 })}`);
    const fresh = await answer.json();
    if (newest.lost) tell("");
    newest.lost = false;
    return fresh;
  } catch {
    newest.lost = true;
    return tell("模拟服务器没有响应");
  }
}

async function post(path, body) {
  const answer = await fetch(`/standin/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ openid, ...body }),
  });
  const told = await answer.json();
  tell(told.error ?? "");
  return told;
}

async function act(name, body = {}) {
  const done = post(name.includes("/") ? name : `act/${name}`, body);
  setTimeout(poll, 60); // what was said stands on the screen before the hospital has answered
  await done;
  await poll();
}

async function sheet(kind) {
  const chosen = await openSheet(kind, state);
  if (chosen) await act(...chosen);
}

function tell(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

function draw(fresh) {
  const menuBefore = JSON.stringify(state?.menu);
  state = fresh;
  at("name").textContent = fresh.name;
  document.title = `${fresh.name} - 模拟微信`;
  at("typing").hidden = !fresh.typing;
  at("follow").hidden = fresh.followed;
  if (JSON.stringify(fresh.menu) !== menuBefore) drawMenu(fresh.menu);
  showBar();
  drawMessages(fresh.messages);
  drawDeveloper(fresh.developer);
}

function drawMessages(messages) {
  const screen = at("screen");
  const atEnd = screen.scrollHeight - screen.scrollTop - screen.clientHeight < 80;
  for (const message of messages) {
    if (message.number <= (last?.number ?? 0)) continue; // two polls crossed
    screen.append(...timeBetween(last, message), messageItem(message, act));
    last = message;
  }
  const end = messages.at(-1);
  if (end && (atEnd || end.way === "said")) screen.scrollTop = screen.scrollHeight;
}

function showBar() {
  const menu = state.menu.length > 0 && !typesWords;
  at("say").hidden = !state.followed || menu;
  at("menu").hidden = !state.followed || !menu;
  at("to-menu").hidden = state.menu.length === 0;
  if (!state.followed || menu) closePanel();
}

function drawMenu(menu) {
  const keyboard = element("button", { type: "button", onclick: () => {
    typesWords = true;
    showBar();
    at("words").focus();
  } }, "键盘");
  at("menu").replaceChildren(element("div", {}, keyboard), ...menu.map(menuButton));
}

function menuButton(button) {
  const below = button.sub_button ?? [];
  const holder = element("div");
  const list = element("div", { className: "below", hidden: true });
  list.append(...below.map((each) => element("button", { type: "button", onclick: () => press(each) }, each.name)));
  const top = element("button", { type: "button", ariaExpanded: "false" }, below.length ? `${button.name} ▴` : button.name);
  top.onclick = () => {
    if (!below.length) return press(button);
    const opens = list.hidden;
    closeLists();
    list.hidden = !opens;
    top.ariaExpanded = String(opens);
  };
  holder.append(top, ...(below.length ? [list] : []));
  return holder;
}

function closeLists() {
  for (const list of document.querySelectorAll(".below")) {
    list.hidden = true;
    list.previousElementSibling.ariaExpanded = "false";
  }
}

function press(button) {
  closeLists();
  if (button.type === "view" && /^https?:/i.test(button.url)) open(button.url, "_blank", "noopener");
  act("press", { name: button.key ?? button.name });
}

function closePanel() {
  at("panel").hidden = true;
  at("plus").ariaExpanded = "false";
}

function drawDeveloper(developer) {
  const until = developer.windows.at(-1)?.until;
  const left = developer.left === null ? "不限" : `${developer.left} 条`;
  at("gauge").textContent = until ? `客服消息还可发 ${left} · 到 ${clock(until)}` : "客服消息窗口已关";
  const facts = [
    ["现在", clock(state.now)],
    ...developer.windows.map((one) => [ACTS[one.act], `${one.left ?? "不限"} 条，到 ${clock(one.until)}`]),
    ["令牌", developer.token_age === null ? "还没有取过" : `已用 ${Math.round(developer.token_age)} 秒`],
    ["加密", MODES[developer.mode]],
    ["回调", developer.url || "还没有填写"],
  ];
  at("facts").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  at("deliveries").replaceChildren(...developer.deliveries.map((one) => line(one.kind, one.tries.join(" → "),
    !/^(silent|answered)/.test(one.tries.at(-1)))));
  at("calls").replaceChildren(...developer.calls.map((one) => line(one.path, one.code ?? "断线", one.code !== 0)));
}

function line(what, how, bad) {
  return element("li", { className: bad ? "bad" : "" }, `${what}  ${how}`);
}

function clock(iso) {
  return new Date(iso).toLocaleString("zh-CN", { month: "numeric", day: "numeric", timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit",
    second: "2-digit" });
}

async function sendPicture(file) {
  if (!file) return;
  if (file.size > MOST_PICTURE_BYTES) return tell("图片太大（最多 8 MB）");
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 32768) text += String.fromCharCode(...bytes.subarray(from, from + 32768));
  await act("image", { data: btoa(text), type: file.type || "image/jpeg" });
}

async function scanFromAddress() {
  const ticket = query.get("scan");
  query.delete("scan");
  history.replaceState(null, "", `/phone?${query}`);
  await act("scan", { ticket });
}

function listen() {
  const words = at("words");
  at("say").onsubmit = (event) => {
    event.preventDefault();
    const text = words.value;
    if (!text.trim()) return;
    words.value = "";
    words.dispatchEvent(new Event("input"));
    act("say", { text });
  };
  words.oninput = () => {
    at("send").hidden = !words.value.trim();
    at("plus").hidden = !at("send").hidden;
  };
  words.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    at("say").requestSubmit();
  };
  at("plus").onclick = () => {
    at("panel").hidden = !at("panel").hidden;
    at("plus").ariaExpanded = String(!at("panel").hidden);
    at("screen").scrollTop = at("screen").scrollHeight;
  };
  at("to-menu").onclick = () => { typesWords = false; showBar(); };
  at("follow").onclick = () => act("follow");
  at("more").onclick = () => sheet("more");
  at("picture").onchange = (event) => { closePanel(); sendPicture(event.target.files[0]); event.target.value = ""; };
  for (const button of document.querySelectorAll("[data-sheet]")) {
    button.onclick = () => { closePanel(); sheet(button.dataset.sheet); };
  }
  for (const button of document.querySelectorAll("[data-forward]")) {
    button.onclick = () => act("set/forward", { seconds: Number(button.dataset.forward) });
  }
  at("order").onclick = () => act("set/fault", { fault: at("fault").value });
  at("pay").onclick = () => act("set/pay");
  document.addEventListener("click", (event) => { if (!event.target.closest("#menu")) closeLists(); });
}
