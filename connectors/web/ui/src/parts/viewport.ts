/** Keeps the input above a phone's keyboard: Safari shrinks only the visual viewport. */
export function followKeyboard(): void {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    if (view.scale !== 1) return;  // the person zoomed in; that is not a keyboard
    document.documentElement.style.setProperty("--screen", `${Math.round(view.height)}px`);
  };
  view.addEventListener("resize", fit);
  fit();
}
