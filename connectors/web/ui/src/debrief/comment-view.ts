/** The model's comment, apart from the score and called what it is. */
import { h } from "../core/dom";
import type { ModelComment, Remark } from "../core/practice-wire";
import { S } from "../strings";
import { D } from "./strings";

export function commentView(comment: ModelComment, labelOf: (item: string) => string | undefined): HTMLElement {
  const list = (title: string, remarks: readonly Remark[] = []) => remarks.length
    ? h("div", {}, h("h4", {}, title), h("ul", {}, ...remarks.map(({ text, item }) => h("li", {}, text, item && labelOf(item) ? h("span", { class: "tag" }, labelOf(item)) : null)))) : null;
  return h("section", { class: "card model-comment", "aria-label": D.comment.title }, h("h3", {}, D.comment.title, h("span", { class: "ai" }, S.aiMark)),
    h("p", { class: "soft" }, D.comment.honest, comment.model ? ` ${comment.model}` : null),
    list(D.comment.strengths, comment.strengths), list(D.comment.gaps, comment.gaps),
    comment.next ? h("div", {}, h("h4", {}, D.comment.next), h("p", {}, comment.next)) : null);
}
