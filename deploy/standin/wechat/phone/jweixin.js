// The part of WeChat's page script that the stand-in plays: wx.config and the tag wx-open-subscribe.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const heard = { ready: [], error: [] };
  let config = null, outcome = null;

  // Plain text spares the question beforehand that another type would cause (CORS).
  const ask = async (path, body) => {
    const all = { config, url: location.href.split("#")[0], ...body };
    const answer = await fetch(home + path, { method: "POST", credentials: "include", body: JSON.stringify(all) });
    return (await answer.json()).ok;
  };
  const tell = (name) => {
    outcome = name;
    heard[name].forEach((each) => each());
  };
  const listen = (name) => (each) => { heard[name].push(each); if (outcome === name) each(); };
  window.wx = {
    config(given) {
      config = given;
      ask("/standin/tags/check", {}).then((ok) => tell(ok ? "ready" : "error"), () => tell("error"));
    },
    ready: listen("ready"),
    error: listen("error"),
  };

  class Subscribe extends HTMLElement {
    connectedCallback() {
      const inside = this.attachShadow({ mode: "open" });
      const parts = () => [...this.querySelectorAll('script[type="text/wxtag-template"]')].map((one) => one.textContent);
      const draw = () => { inside.innerHTML = parts().join(""); };
      draw();
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", draw);
      inside.addEventListener("click", () => this.dialog());
    }

    dialog() {
      const dialog = document.createElement("dialog");
      dialog.append("是否接收下一次服务通知？", document.createElement("br"));
      for (const [words, accepted] of [["取消", false], ["允许", true]]) {
        const button = document.createElement("button");
        button.textContent = words;
        button.addEventListener("click", () => { dialog.remove(); void this.answer(accepted); });
        dialog.append(button);
      }
      document.body.append(dialog);
      dialog.showModal();
    }

    async answer(accepted) {
      const template = this.getAttribute("template");
      const ok = await ask("/standin/tags/subscribe", { template, accepted });
      const status = JSON.stringify({ [template]: JSON.stringify({ status: accepted ? "accept" : "cancel" }) });
      const detail = ok ? { errMsg: "subscribe:ok", subscribeDetails: status } : { errMsg: "subscribe:fail", errCode: 10003 };
      this.dispatchEvent(new CustomEvent(ok ? "success" : "error", { detail }));
    }
  }
  customElements.define("wx-open-subscribe", Subscribe);
})();
