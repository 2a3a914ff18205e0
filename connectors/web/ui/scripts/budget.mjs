// Fails when what a patient must load grows beyond the budget. Run after `vite build`.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 35 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");

/** Scripts, preloads and styles named in a page, and what those scripts import. */
function loadedBy(page) {
  const html = readFileSync(join(dist, page), "utf8");
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
  const all = new Set();
  const visit = (path) => {
    if (all.has(path)) return;
    all.add(path);
    if (!path.endsWith(".js")) return;
    const code = readFileSync(join(dist, path), "utf8");
    for (const match of code.matchAll(/(?:from|import)\s*\(?\s*["']\.\/([^"']+\.js)["']/g)) visit(`/assets/${match[1]}`);
  };
  named.forEach(visit);
  return [...all];
}

function weight(page) {
  const files = loadedBy(page);
  if (!files.some((file) => file.endsWith(".js"))) throw new Error(`${page}: no script found, the budget would measure nothing`);
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
}

for (const page of ["index.html", "desk.html", "practice.html", "teacher.html"]) {
  console.log(`${page}: ${weight(page)} bytes gzip (js + css)`);
}
if (weight("index.html") > LIMIT_BYTES) {
  console.error(`The patient's page is over its budget of ${LIMIT_BYTES} bytes.`);
  process.exit(1);
}
