// Visits the pages in a real browser: accessibility by axe, the way of the keyboard, without
// JavaScript, no errors, pictures for people to look at.
//
//   node run.mjs <base address> <browser> [<folder for pictures>]

import { checkedByAxe, finish, fits, launch, picture, problems, watch as watched } from "./checks.mjs";

const [base, executablePath, pictures] = process.argv.slice(2);
if (!base || !executablePath) {
  console.error("usage: node run.mjs <base address> <browser> [<folder for pictures>]");
  process.exit(2);
}

const browser = await launch(executablePath);
try {
  const pages = await kinds();
  for (const lang of ["fr", "en"]) {
    for (const [name, path] of Object.entries(pages)) {
      await accessible(name, path, lang, {});
      await accessible(name, path, lang, { colorScheme: "dark" });
      await accessible(name, path, lang, { viewport: { width: 390, height: 844 } });
    }
  }
  for (const [name, path] of Object.entries(pages)) await printed(name, path);
  await stacked(pages.sources);
  for (const lang of ["fr", "en"]) {
    await suggestions(lang, {});
    await suggestions(lang, { colorScheme: "dark" });
    await suggestions(lang, { viewport: { width: 390, height: 844 } });
  }
  await keyboard();
  await keyboardInTheList();
  await sparingly();
  await withoutScripts();
} finally {
  await browser.close();
}

finish();

// One address for each kind of page, as a reader finds them.
async function kinds() {
  const page = await browser.newPage();
  const href = async (path, selector) => {
    await page.goto(base + path);
    return page.locator(selector).first().getAttribute("href");
  };
  const software = await href("/", ".hits h3 a");
  const source = await href("/sources", ".sources th a");
  const licence = await href(software, "#licence a[href^='/licences/']");
  await page.close();
  return {
    landing: "/",
    search: "/?q=a",
    filtered: "/?q=a&open-source=yes&sort=name",
    empty: "/?q=zzzzzz",
    misspelt: "/?q=qgsi+",
    filtered_away: "/?q=libreoffice+writer&source=it-esempio",
    alternative: "/?q=alternative+to+Outlook",
    software,
    ...Object.fromEntries((process.env.FEDCAT_TEST_PAGES ?? "").split(" ").filter(Boolean)
      .map((path, n) => [`given_${n + 1}`, path])),
    sources: "/sources",
    source,
    licence,
    about: "/about",
    api: "/api/docs/",
    not_found: "/nowhere",
  };
}

async function accessible(name, path, lang, settings) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  const kind = [name, lang, settings.colorScheme, settings.viewport && "phone"].filter(Boolean).join("-");
  watch(page, kind);
  await page.goto(`${base}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
  if ((await page.locator("html").getAttribute("lang")) !== lang) {
    problems.push(`${kind}: the page is not in ${lang}`);
  }
  await fits(page, kind);
  // Before everything is opened: what a reader sees first.
  await picture(page, pictures, kind);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  await checkedByAxe(page, kind);
  await context.close();
}

// On paper nothing scrolls: what lies beyond the edge is lost.
async function printed(name, path) {
  const context = await browser.newContext({ viewport: { width: 718, height: 1000 } });
  const page = await context.newPage();
  const kind = `${name}-printed`;
  watch(page, kind);
  await page.goto(base + path);
  await page.emulateMedia({ media: "print" });
  await fits(page, kind);
  for (const cut of await page.evaluate(beyond)) problems.push(`${kind}: is cut off: ${cut}`);
  await picture(page, pictures, kind);
  await context.close();
}

// On a telephone the table of sources is a list: nothing lies beyond the edge, and each value says
// what it is.
async function stacked(path) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  watch(page, "sources-stacked");
  await page.goto(base + path);
  for (const cut of await page.evaluate(beyond)) problems.push(`sources-stacked: is cut off: ${cut}`);
  const unnamed = await page.evaluate(() => [...document.querySelectorAll(".stacks td")]
    .filter((cell) => cell.innerText.trim() !== "" && !cell.dataset.label).length);
  if (unnamed > 0) problems.push(`sources-stacked: ${unnamed} values do not say what they are`);
  await context.close();
}

// What lies beyond the right edge of the page or of a box that would scroll; not what is there for
// screen readers alone.
function beyond() {
  const shown = (one) => one.getClientRects().length > 0 && one.clientWidth > 1;
  return [...document.querySelectorAll("main *")]
    .filter((one) => shown(one) && !one.closest("svg, thead"))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
      || (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"
        && getComputedStyle(one).overflowX !== "visible"))
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
}

// Tab to the search field, type, Enter, on to the first result, Enter.
async function keyboard() {
  const page = await browser.newPage();
  watch(page, "keyboard");
  await page.goto(`${base}/?lang=en`);
  const word = (await page.locator(".hits h3 a").first().innerText()).trim();
  await tabTo(page, () => document.activeElement.id === "q", "the search field");
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]q=/);
  await tabTo(page, () => document.activeElement.matches(".hits h3 a"), "the first result");
  const focus = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  if (focus === "none") problems.push("keyboard: the focus cannot be seen");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/software\//);
  await tabTo(page, () => document.activeElement.matches(".said summary"), "who says so");
  await page.keyboard.press("Enter");
  if (!(await page.evaluate(() => document.activeElement.parentElement.open))) {
    problems.push("keyboard: who says so does not open");
  }
  await page.close();
}

// The open list, as a reader of each kind sees it.
async function suggestions(lang, settings) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  const kind = ["suggestions", lang, settings.colorScheme, settings.viewport && "phone"].filter(Boolean).join("-");
  watch(page, kind);
  await page.goto(`${base}/?lang=${lang}`);
  await page.locator("#q").pressSequentially("mi");
  await page.waitForSelector("#suggestions:not([hidden])");
  await page.keyboard.press("ArrowDown");
  const told = await page.locator("form [role=status]").innerText();
  if (!/^\d/.test(told)) problems.push(`${kind}: the number is not told: ${told}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) problems.push(`${kind}: the open list makes the page ${wide} px wider`);
  if (pictures) await page.screenshot({ path: `${pictures}/${kind}.png` });
  await checkedByAxe(page, kind);
  // A press on an option leads there.
  const href = page.url();
  await page.locator("#suggestions [role=option]").first().click();
  await page.waitForURL((url) => url.href !== href);
  await context.close();
}

// Letters, arrows, Escape, Enter: the list never takes the focus, and nothing is chosen by itself.
async function keyboardInTheList() {
  const page = await browser.newPage();
  watch(page, "list");
  const state = () => page.evaluate(() => {
    const field = document.querySelector("#q");
    const active = document.getElementById(field.getAttribute("aria-activedescendant"));
    return {
      focus: document.activeElement === field,
      expanded: field.getAttribute("aria-expanded"),
      open: !document.querySelector("#suggestions").hidden,
      active: active && [...active.parentElement.children].indexOf(active),
      selected: document.querySelectorAll("#suggestions [aria-selected=true]").length,
      value: field.value,
      count: document.querySelectorAll("#suggestions [role=option]").length,
    };
  });
  const expect = async (what, expected) => {
    const found = await state();
    for (const [key, value] of Object.entries(expected)) {
      if (found[key] !== value) problems.push(`list: ${what}: ${key} is ${found[key]}, expected ${value}`);
    }
    return found;
  };
  const open = () => page.waitForSelector("#suggestions:not([hidden])");

  await page.goto(`${base}/?lang=en`);
  await tabTo(page, () => document.activeElement.id === "q", "the search field");
  await expect("at first", { focus: true, expanded: "false", open: false });
  await page.keyboard.type("mi");
  await open();
  const { count } = await expect("letters", { expanded: "true", active: null, selected: 0 });
  if (count < 2) problems.push(`list: ${count} suggestions for "mi"`);
  await page.keyboard.press("ArrowDown");
  await expect("down", { focus: true, active: 0, selected: 1, value: "mi" });
  await page.keyboard.press("ArrowUp");
  await expect("up to the field", { active: null, selected: 0 });
  await page.keyboard.press("ArrowUp");
  await expect("up around", { active: count - 1, selected: 1 });
  await page.keyboard.press("Escape");
  await expect("escape", { focus: true, open: false, expanded: "false", active: null, value: "mi" });
  await page.keyboard.press("ArrowDown");
  await open();
  await page.keyboard.press("Tab");
  await expect("tab", { focus: false, open: false, expanded: "false" });

  // Enter without a choice searches what was typed.
  await page.locator("#q").fill("");
  await page.locator("#q").pressSequentially("mi");
  await open();
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]q=mi(&|$)/);

  // Enter with a choice goes there.
  await page.locator("#q").fill("");
  await page.locator("#q").pressSequentially("libreof");
  await open();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/software\/.*libreoffice/);

  // A replaced product leads to what replaces it.
  await page.goto(`${base}/?lang=en`);
  await page.locator("#q").pressSequentially("outl");
  await open();
  await page.getByRole("option", { name: "Alternatives to Microsoft Outlook" }).click();
  await page.waitForSelector(".understood");
  await page.close();
}

// One letter asks nothing, a fast typist asks once, and who saves data is left alone.
async function sparingly() {
  const context = await browser.newContext();
  const page = await context.newPage();
  watch(page, "sparingly");
  let asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/suggest")) asked.push(new URL(request.url()).searchParams.get("q"));
  });
  // All keys at once, so that no slow machine makes a pause between them.
  const type = (letters) => page.evaluate((text) => {
    const field = document.querySelector("#q");
    field.focus();
    for (let length = 1; length <= text.length; length += 1) {
      field.value = text.slice(0, length);
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }, letters);
  const check = async (what, letters, expected) => {
    asked = [];
    await page.goto(`${base}/?lang=en`);
    await type(letters);
    await page.waitForTimeout(500);
    if (asked.join() !== expected) problems.push(`sparingly: ${what}: asked ${asked.join()}`);
  };
  await check("one letter", "m", "");
  await check("a word", "mattermost", "mattermost");
  // No suggestions are a message and no list.
  await check("nothing", "zzzzzz", "zzzzzz");
  if (await page.locator("#suggestions").isVisible()) problems.push("sparingly: an empty list is shown");
  // A server that fails leaves the field as it is.
  await page.route("**/suggest*", (route) => route.abort());
  await page.goto(`${base}/?lang=en`);
  await page.locator("#q").pressSequentially("mattermost");
  await page.waitForTimeout(500);
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]q=mattermost/);
  await page.unroute("**/suggest*");
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "connection", { value: { saveData: true } });
  });
  await check("saving data", "mattermost", "");
  await context.close();
}

async function tabTo(page, isThere, what) {
  for (let tabs = 0; tabs < 60; tabs += 1) {
    if (await page.evaluate(isThere)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${what}`);
}

// The whole way with scripts switched off: search, filter, undo, open.
async function withoutScripts() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  watch(page, "without scripts");
  await page.goto(`${base}/?lang=en`);
  const box = page.locator(".filters input[type=checkbox]").first();
  const chosen = await box.getAttribute("value");
  await box.check();
  await page.locator(".filters button").first().click();
  await page.waitForURL((url) => url.search.includes(encodeURIComponent(chosen)));
  await page.locator(".chosen a").first().click();
  await page.waitForURL((url) => !url.search.includes(encodeURIComponent(chosen)));
  await page.locator(".hits h3 a").first().click();
  await page.waitForURL(/\/software\//);
  await context.close();
}

function watch(page, kind) {
  watched(page, kind, base, (text) => (text.includes("404") && kind.startsWith("not_found"))
    || (text.includes("ERR_FAILED") && kind === "sparingly"));
}
