// An operator in a real browser: signs in, holds a source, reads it, sees how far it is, accepts,
// signs out; with scripts and without. The pages pass the checks of all pages.
//
//   node console.mjs <base address> <browser> [<folder for pictures>]
//
// FEDCAT_TEST_TOKEN is a good token, FEDCAT_TEST_SOURCES two sources that nobody has read yet and
// one that was read often.

import { checkedByAxe, finish, fits, launch, picture, problems, watch } from "./checks.mjs";

const [base, executablePath, pictures] = process.argv.slice(2);
const { FEDCAT_TEST_TOKEN: token, FEDCAT_TEST_SOURCES: sources } = process.env;
if (!base || !executablePath || !token || !sources) {
  console.error("usage: see the head of this file");
  process.exit(2);
}
const [first, second, third] = sources.split(" ");

const browser = await launch(executablePath);
try {
  await operate(first, "scripts", {});
  await operate(second, "plain", { javaScriptEnabled: false });
  await visit();
} finally {
  await browser.close();
}
finish();

async function operate(source, kind, settings) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  watch(page, kind, base, (text) => /400|422/.test(text));
  const hasScripts = settings.javaScriptEnabled !== false;
  const address = `${base}/sources/${source}`;
  const shows = (text) => page.getByText(text).first().waitFor({ timeout: 20_000 });
  // By the keyboard, which also works where a browser without scripts never says that it is at rest.
  const press = (name) => page.getByRole("button", { name, exact: true }).press("Enter");
  // Until a text is there: by itself, or by loading the page again and again.
  const until = async (text) => {
    for (let tries = 0; tries < 60; tries += 1) {
      if (await page.getByText(text).first().isVisible()) return;
      await page.waitForTimeout(500);
      if (!hasScripts) await page.goto(address);
    }
    throw new Error(`${kind}: ${text} never comes: ${await page.locator("main").innerText()}`);
  };

  await page.goto(`${address}?lang=en`);
  if ((await page.locator("form[method=post]").count()) > 0) problems.push(`${kind}: acts without a session`);
  await page.getByRole("link", { name: "For operators" }).click();
  await page.getByLabel("Token").fill(token.replace(/.$/, (last) => (last === "0" ? "1" : "0")));
  await press("Sign in");
  await shows("This is no token that is good now.");
  await page.getByLabel("Token").fill(token);
  await press("Sign in");
  await shows("Signed in as");
  const [cookie] = (await context.cookies()).filter(({ name }) => name.includes("session"));
  if (!cookie?.httpOnly || cookie.sameSite !== "Lax") problems.push(`${kind}: the cookie is open`);

  await page.goto(address);
  await page.locator("#hold-reason").fill("the catalogue moves");
  await press("Hold readings");
  await shows("Readings of this source are held from now on.");
  await press("Read now");
  await shows("A reading is under way");
  if (hasScripts) {
    // Before the reading ends, the page tells by itself that it has come further.
    await page.waitForFunction(
      () => /read: [1-9]/.test(document.querySelector("#progress")?.textContent ?? ""),
      null, { timeout: 20_000 });
    await picture(page, pictures, "console-going");
    await checkedByAxe(page, `${kind}-going`);
  }
  await until("A reading waits for a decision");
  await until("the operator holds this source: the catalogue moves");
  await press("Accept this reading");
  await until("up to date");
  await page.goto(address);
  await press("End the hold");
  await shows("Readings of this source are no longer held.");

  // The source loses most of what it has: that waits for a decision by itself.
  await page.request.post(`${base}/shrink`);
  await press("Read now");
  await until("A reading waits for a decision");
  await page.goto(address);
  await shows("entries are no longer listed or are withdrawn");
  if (hasScripts) await seen(context, `${address}`, "console-operator");
  await press("Refuse this reading");
  await shows("The reading is refused. Nothing was applied.");
  await page.request.post(`${base}/grow`);

  await page.locator("#disable-reason").fill("by way of trial");
  await press("Take off the schedule");
  await shows("The source is off the schedule.");
  await shows("Not while the source is off the schedule.");
  await press("Put on the schedule");
  await shows("The source is on the schedule.");
  await page.goto(`${base}/audit?source=${source}`);
  const acts = await page.locator("table.audit tbody tr").count();
  if (acts !== 8) problems.push(`${kind}: ${acts} acts in the log, expected 8`);
  if (hasScripts) await seen(context, `${base}/audit`, "console-audit");
  await press("Sign out");
  await page.goto(address);
  if ((await page.locator("form[method=post]").count()) > 0) problems.push(`${kind}: acts after signing out`);
  await context.close();
}

// A page as a reader of each kind sees it.
async function seen(context, address, name) {
  for (const lang of ["en", "fr"]) {
    for (const [kind, size, colorScheme] of [
      ["wide", { width: 1280, height: 900 }, "light"],
      ["dark", { width: 1280, height: 900 }, "dark"],
      ["phone", { width: 390, height: 844 }, "light"],
    ]) {
      const page = await context.newPage();
      const told = `${name}-${lang}-${kind}`;
      watch(page, told, base);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.goto(`${address}${address.includes("?") ? "&" : "?"}lang=${lang}`);
      await fits(page, told);
      await picture(page, pictures, told, 4000);
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      await checkedByAxe(page, told);
      await page.close();
    }
  }
  const page = await context.newPage();
  await page.goto(`${address}${address.includes("?") ? "&" : "?"}lang=en`);
  await page.close();
}

// What everybody sees.
async function visit() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  watch(page, "visit", base);
  await page.goto(`${base}/sources/${first}`);
  const raw = await page.locator("a[href*='/raw/']").first().getAttribute("href");
  const shared = await page.locator("a[href*='/shared/']").first().getAttribute("href");
  await page.close();
  for (const [name, path] of Object.entries({
    "console-sources": "/sources", "console-source": `/sources/${first}`, "console-charts": `/sources/${third}`,
    "console-raw": raw, "console-shared": shared, "console-sign-in": "/sign-in",
  })) await seen(context, base + path.split("#")[0], name);
  await context.close();
}
