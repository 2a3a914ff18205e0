/** Which link of a navigation leads to where one is. */

export function markCurrent(links: Iterable<HTMLElement>, page: string): void {
  for (const one of links) {
    if (one.dataset["page"] === page) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
}
