import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { mockGateway } from "./dev/mock.ts";

const page = (name: string) => resolve(import.meta.dirname, name);

export default defineConfig({
  appType: "mpa",
  plugins: [mockGateway()],
  build: {
    target: ["chrome86", "safari15", "firefox90"],  // phones of the last five years, WeChat's browser among them
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: page("index.html"), desk: page("desk.html"), practice: page("practice.html"), teacher: page("teacher.html") } },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"], restoreMocks: true },
});
