// Suggestions while somebody types in the search field: a combobox after the WAI-ARIA pattern
// "editable combobox with list autocomplete". The field works without this script.
"use strict";

(() => {
  const field = document.querySelector("input[data-suggest]");
  if (!field) return;

  const FEWEST_LETTERS = 2;
  // Milliseconds without a key before the server is asked.
  const PAUSE = 150;

  const { suggest, list: label, replaced, need, none, one, many } = field.dataset;
  const list = document.createElement("ul");
  const status = document.createElement("div");
  let timer = 0;
  let asking = null;
  let options = [];
  let active = -1;

  Object.assign(list, { id: "suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  status.className = "hidden";
  status.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) field.setAttribute(name, value);
  field.parentElement.append(list);
  field.form.append(status);

  const isOpen = () => !list.hidden;
  // Who saves data is asked nothing.
  const saves = () => navigator.connection?.saveData
    || matchMedia("(prefers-reduced-data: reduce)").matches;

  function text(item) {
    return item.kind === "replaced" ? replaced.replace("{}", () => item.name) : item.name;
  }

  function option(item, at) {
    const element = document.createElement("li");
    element.id = `suggestion-${at}`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.textContent = text(item);
    element.append(name);
    if (item.kind === "need") {
      const kind = document.createElement("small");
      kind.textContent = need;
      element.append(" ", kind);
    }
    element.addEventListener("click", () => go(item));
    return element;
  }

  function go(item) {
    // This server may be reached by another name than the one that it knows.
    const { pathname, search } = new URL(item.url, location.href);
    stop();
    close();
    location.assign(pathname + search);
  }

  function show(items) {
    options = items;
    mark(-1);
    list.replaceChildren(...items.map(option));
    list.hidden = items.length === 0;
    field.setAttribute("aria-expanded", String(isOpen()));
    const message = [none, one][items.length] ?? many;
    status.textContent = message.replace("{}", () => items.length);
  }

  function close() {
    list.hidden = true;
    mark(-1);
    field.setAttribute("aria-expanded", "false");
    status.textContent = "";
  }

  function mark(at) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const element = list.children[at];
    if (!element) return field.removeAttribute("aria-activedescendant");
    element.setAttribute("aria-selected", "true");
    element.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", element.id);
  }

  function stop() {
    clearTimeout(timer);
    asking?.abort();
    asking = null;
  }

  async function ask() {
    stop();
    const letters = field.value.trimStart();
    if ([...letters.trim()].length < FEWEST_LETTERS || saves()) return close();
    const mine = new AbortController();
    asking = mine;
    try {
      const answer = await fetch(`${suggest}&q=${encodeURIComponent(letters)}`, { signal: mine.signal });
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (asking === mine && document.activeElement === field) show(suggestions);
    } catch {
      // Without an answer, or no longer wanted, the field is what it is without this script.
      if (asking === mine) close();
    }
  }

  field.addEventListener("input", (event) => {
    stop();
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("compositionend", () => {
    stop();
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("blur", () => {
    stop();
    close();
  });
  field.form.addEventListener("submit", stop);
  // A press on the list leaves the focus in the field.
  list.addEventListener("mousedown", (event) => event.preventDefault());

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return ask();
      // One place more than there are options: the field itself.
      const places = options.length + 1;
      const step = key === "ArrowDown" ? 1 : -1;
      mark(((active + 1 + step + places) % places) - 1);
    } else if (key === "Enter" && isOpen() && options[active]) {
      event.preventDefault();
      go(options[active]);
    } else if (key === "Escape" && isOpen()) {
      // The field keeps what was typed; the next Escape is the browser's.
      event.preventDefault();
      stop();
      close();
    }
  });
})();
