// Tells how far a reading of the source is, as long as it goes on. The page is complete without
// this script: it has a link to itself.
"use strict";

(() => {
  const place = document.querySelector("[data-progress]");
  if (!place || !window.EventSource) return;

  const { progress, told, ended } = place.dataset;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const events = new EventSource(progress);

  events.addEventListener("progress", (event) => {
    const { state, read, applied } = JSON.parse(event.data);
    const values = {
      state: place.dataset[state] ?? state,
      read: number.format(read),
      applied: number.format(applied),
    };
    const text = told.replace(/\{(state|read|applied)\}/g, (_, name) => values[name]);
    // The same text again would be read out again.
    if (text !== place.textContent) place.textContent = text;
  });

  events.addEventListener("end", () => {
    events.close();
    place.textContent = ended;
    // Whoever fills in a form is not interrupted.
    const isBusy = [...document.querySelectorAll("input:not([type=hidden])")]
      .some((field) => field === document.activeElement || field.value);
    if (!isBusy) location.reload();
  });
})();
