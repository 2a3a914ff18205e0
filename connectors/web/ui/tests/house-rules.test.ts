import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const files = (folder: string): string[] => readdirSync(folder, { withFileTypes: true })
  .flatMap((entry) => entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]);
const sources = files("src").filter((file) => file.endsWith(".ts"));
const css = readFileSync("src/styles/base.css", "utf8");

/** Contrast ratio of WCAG 2.2 for two #rrggbb or #rgb colours. */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const full = colour.length === 4 ? colour.replace(/[^#]/g, "$&$&") : colour;
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16) / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

const PAIRS: [string, string][] = [["ink", "page"], ["ink", "card"], ["soft", "page"], ["soft", "card"], ["teal-ink", "teal"], ["teal-text", "card"],
  ["teal-text", "page"], ["teal-text", "teal-pale"], ["ink", "teal-pale"], ["soft", "teal-pale"], ["red-ink", "red"], ["red-text", "red-pale"], ["red-text", "card"],
  ["red-text", "page"], ["soft", "red-pale"], ["ink", "red-pale"], ["amber", "card"], ["amber", "amber-pale"], ["ink", "blue-pale"], ["blue-text", "card"], ["blue-text", "page"], ["blue-text", "blue-pale"]];

describe("colours", () => {
  const [light, dark] = css.split("@media (prefers-color-scheme: dark)").map((part) =>
    Object.fromEntries([...part.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6})/g)].map((match) => [match[1]!, match[2]!])));

  it.each([["light", light!], ["dark", dark!]])("reach 4.5:1 (AA) in the %s theme", (_, tokens) => {
    const poor = PAIRS.map(([text, ground]) => [text, ground, contrast(tokens[text]!, tokens[ground]!)] as const).filter(([, , ratio]) => !(ratio >= 4.5));
    expect(poor).toEqual([]);
  });
});

describe("the sources", () => {
  it("never turn words into markup", () => {
    const guilty = sources.filter((file) => /innerHTML|outerHTML|insertAdjacentHTML|document\.write/.test(readFileSync(file, "utf8")));
    expect(guilty).toEqual([]);
  });

  it("keep Chinese words in strings.ts", () => {
    const allowed = ["strings.ts", "time.ts"];  // time.ts: units that belong to its numbers
    const strip = (code: string) => code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").replace(/\.replace\([^\n]*\)/g, "");
    const guilty = sources.filter((file) => !allowed.some((name) => file.endsWith(name)) && /[\u4e00-\u9fff]/.test(strip(readFileSync(file, "utf8"))));
    expect(guilty).toEqual([]);
  });
});
