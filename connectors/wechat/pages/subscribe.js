// WeChat's button asks for the next reminder and, whatever the person answers there, records this dose.
// Where it does not work, the plain button stays as it is.
(() => {
  const find = (id) => document.getElementById(id);
  const tag = find("tag"), taken = find("taken"), words = taken && taken.textContent;
  const use = (works) => {
    tag.hidden = !works;
    if (find("plain")) find("plain").hidden = works;
    if (!taken) return;
    taken.textContent = works ? `只记下${words}` : words;
    taken.form.classList.toggle("beside", works);
  };
  let asked = false;
  const answered = () => {
    if (asked) return;
    asked = true;
    if (taken) {
      find("asked").value = "yes";
      return taken.click();
    }
    tag.hidden = true;
    find("done").hidden = false;
  };
  if (!window.wx) return;
  find("subscribe").addEventListener("success", answered);
  find("subscribe").addEventListener("error", answered);
  document.addEventListener("WeixinOpenTagsError", () => use(false));
  wx.config(JSON.parse(find("config").textContent));
  wx.ready(() => use(true));
  wx.error(() => use(false));
})();
