// The dialogs of the phone: what to ask, and what the answer does.

import { element } from "./parts.js";

const field = (label, props, tag = "input") => element("label", {}, label, element(tag, { required: true, ...props }));

/** Title, contents and what happens on 确定; `state` is the newest from the server. */
export const SHEETS = {
  voice: () => ({
    title: "发一段语音",
    yes: "发送",
    body: [
      field("说的话（微信识别出的文字）", { name: "text", rows: 3, required: false }, "textarea"),
      element("p", { className: "small" }, "留空表示没有识别出来。"),
    ],
    act: (form) => ["voice", { text: form.get("text").trim() }],
  }),
  place: () => ({
    title: "发送位置",
    yes: "发送",
    body: [
      field("地点", { name: "label", value: "北京市东城区东单大华路1号" }),
      field("纬度", { name: "latitude", value: "39.9042", inputMode: "decimal" }),
      field("经度", { name: "longitude", value: "116.4148", inputMode: "decimal" }),
    ],
    act: (form) => ["location", Object.fromEntries(form)],
  }),
  scan: (state, close) => ({
    title: "扫一扫",
    yes: "扫描",
    body: [
      ...state.codes.map((code) =>
        element("button", { type: "button", className: "wide", onclick: () => close(["scan", { ticket: code.ticket }]) },
          `二维码：${code.scene}`)),
      field(state.codes.length ? "或者填写场景值" : "场景值", { name: "scene", required: false }),
    ],
    act: (form) => ["scan", { scene: form.get("scene").trim() }],
  }),
  subscribe: (state) => ({
    title: `${state.name} 申请给你发送以下通知`,
    yes: "允许",
    no: "拒绝",
    body: state.asks.map((ask) =>
      element("label", { className: "check" },
        element("input", { type: "checkbox", name: "template", value: ask.id, checked: true }),
        element("span", {}, ask.title,
          element("span", { className: "small" },
            `${ask.long_term ? "长期订阅" : "一次性订阅"} · ${ask.fields.join("、")} · ${leftWords(ask)}`)))),
    act: (form) => ["subscribe", { answers: answers(state, form.getAll("template")) }],
    refused: () => ["subscribe", { answers: answers(state, []) }],
  }),
  more: (state, close) => ({
    title: "更多",
    yes: "关闭",
    body: [
      ...(state.followed ? [
        element("button", { type: "button", className: "wide", onclick: () => close(["unfollow", {}]) }, "不再关注"),
        element("button", { type: "button", className: "wide",
          onclick: () => close(["set/receiving", { on: !state.receiving }]) },
        state.receiving ? "不接收此公众号的消息" : "重新接收此公众号的消息"),
      ] : []),
      element("h2", {}, "换一个病人"),
      ...state.people.map((openid) =>
        element("button", { type: "button", className: "wide", disabled: openid === state.openid,
          onclick: () => goTo(openid) }, openid)),
      element("button", { type: "button", className: "wide",
        onclick: () => goTo(`oPatient${String(Date.now()).slice(-8)}`) }, "＋ 新的病人"),
    ],
    act: () => null,
  }),
};

function leftWords(ask) {
  if (ask.left === null) return "已长期允许";
  return ask.left ? `可再发 ${ask.left} 条` : "还没有允许";
}

function answers(state, allowed) {
  return state.asks.map((ask) => ({ template: ask.id, accepted: allowed.includes(ask.id) }));
}

function goTo(openid) {
  location.search = new URLSearchParams({ openid });
}

/** Open one; resolves to an act [name, body] or null. */
export function openSheet(kind, state) {
  const dialog = document.querySelector("#sheet");
  return new Promise((resolve) => {
    let chosen;
    const close = (act) => { chosen = act; dialog.close("chosen"); };
    const sheet = SHEETS[kind](state, close);
    dialog.querySelector("#sheet-title").textContent = sheet.title;
    dialog.querySelector("#sheet-body").replaceChildren(...sheet.body);
    dialog.querySelector("#sheet-yes").textContent = sheet.yes;
    dialog.querySelector("#sheet-no").textContent = sheet.no ?? "取消";
    dialog.querySelector("#sheet-no").hidden = kind === "more";
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue === "chosen") return resolve(chosen);
      if (dialog.returnValue === "ok") return resolve(sheet.act(new FormData(dialog.querySelector("form"))));
      return resolve(dialog.returnValue === "cancel" && sheet.refused ? sheet.refused() : null);
    };
    dialog.showModal();
  });
}
