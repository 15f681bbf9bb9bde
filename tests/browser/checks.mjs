// What every page must pass in a real browser: accessibility by axe, no errors, no other servers,
// no wider than the window; and pictures for people to look at.

import { createRequire } from "node:module";
import { mkdir, readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What is wrong, in the order in which it was found.
export const problems = [];

export async function launch(executablePath) {
  return chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

// Says what is wrong and ends the process.
export function finish() {
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? "no problems" : `${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}

// Evaluated by the test, not loaded by the page: the page's policy stays as it is.
export async function checkedByAxe(page, kind) {
  await page.evaluate(await readFile(axe, "utf8"));
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run({ runOnly: { type: "tag", values } }), RULES);
  for (const { id, help, nodes } of violations) {
    for (const { html } of nodes.slice(0, 3)) problems.push(`${kind}: ${id}: ${help}: ${html}`);
  }
}

export async function fits(page, kind) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) problems.push(`${kind}: the page is ${wide} px wider than the window`);
}

export async function picture(page, folder, kind, most = 2000) {
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width, height: Math.min(height, most) };
  await page.screenshot({ path: `${folder}/${kind}.png`, fullPage: true, clip });
}

// Errors and requests to other servers are problems; `isExpected` says which errors are not.
export function watch(page, kind, base, isExpected = () => false) {
  page.on("pageerror", (error) => problems.push(`${kind}: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) {
      problems.push(`${kind}: console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(base).origin) {
      problems.push(`${kind}: asks another server: ${request.url()}`);
    }
  });
}
