// The counter without a mouse: Enter goes on to the next field, a key picks the need, A ticks all papers, Ctrl+Enter sends.
const form = document.querySelector("form[data-intake]");

const FIELDS = "input:not([type=hidden]), select, textarea, button[data-submit]";
const visible = (field) => field.offsetParent !== null && !field.disabled;
const draftKey = `yimen:${document.body.dataset.user}:intake`;
const drafted = read();
let picked = false;

function read() {
  try {
    return JSON.parse(localStorage.getItem(draftKey))?.values ?? [];
  } catch {
    return [];
  }
}

// The number or name that an answer is about; undefined when it is about something else.
function askedFor(event) {
  return event.detail.target?.id === "person" ? event.detail.requestConfig?.parameters.who : undefined;
}

// One stop for each radio group, as Tab does it.
function stops() {
  const seen = new Set();
  return [...form.querySelectorAll(FIELDS)].filter((field) => {
    if (!visible(field)) return false;
    if (field.type !== "radio") return true;
    const group = form.querySelectorAll(`input[type=radio][name="${field.name}"]`);
    const stop = [...group].find((radio) => radio.checked) ?? group[0];
    return field === stop && !seen.has(field.name) && seen.add(field.name);
  });
}

function next(from) {
  const all = stops();
  const here = all.findIndex((field) => field === from || (field.type === "radio" && field.name === from.name));
  all[here + 1]?.focus();
}

// What the draft kept of fields that the server draws only now. It was about one person and fills in nobody else.
function refill(area) {
  if (!drafted.some(([name, value]) => name === "who" && value === form.who.value)) return;
  for (const field of area.querySelectorAll("input, textarea, select")) {
    if (field.type === "hidden") continue;
    for (const [name, value, checked] of drafted) {
      if (name !== field.name) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.value === value && field.name.startsWith("paper_")) field.checked = checked;
        if (field.value === value && field.name === "also") field.checked = checked;
      } else if (!field.value && value) field.value = value;
    }
  }
}

function afterPerson(area) {
  const fault = area.querySelector("[role=alert]");
  if (fault) return form.who.select();
  const empty = [...area.querySelectorAll("input[type=text], input:not([type])")].find((field) => visible(field) && !field.value);
  const found = area.querySelector(".panel");
  if (found || !empty) (form.querySelector("[name=programme]:checked") ?? form.querySelector("[name=programme]"))?.focus();
  else empty.focus();
}

function keys(event) {
  const field = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return form.requestSubmit(form.querySelector("[data-submit]"));
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (event.key === "Enter" && field.matches("input") && field.name !== "who") {
    event.preventDefault();
    return next(field);
  }
  const key = event.key.toUpperCase();
  if (field.closest("[data-keypick]") && /^[0-9A-Z]$/.test(key)) return pick(event, key);
  if (key === "A" && field.matches("[data-papers] input")) {
    event.preventDefault();
    tickAll(field.closest("[data-papers]"));
  }
  return undefined;
}

function pick(event, key) {
  const radio = form.querySelector(`[data-keypick] [data-key="${key}"]`);
  if (!radio) return;
  event.preventDefault();
  picked = true;
  radio.focus();
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function tickAll(group) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  boxes.forEach((box) => { box.checked = true; });
  boxes[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  next(boxes.at(-1));
}

if (form) {
  let started = "";
  let wanted; // the number or name as it stood when the clerk last said so, not what is half typed
  form.addEventListener("keydown", keys);
  form.who.addEventListener("change", () => { wanted = form.who.value; });
  form.addEventListener("click", (event) => {
    const all = event.target.closest("[data-check-all]");
    if (all) tickAll(all.closest("[data-papers]"));
  });
  // A draft is filled in before htmx listens: ask once more for the person and the need it names.
  window.addEventListener("load", () => {
    for (const field of [form.who, form.querySelector("[name=programme]:checked")]) {
      if (field?.value && drafted.length) field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  document.addEventListener("htmx:beforeRequest", () => { started = document.activeElement?.name ?? ""; });
  // Enter asks twice (changed, and the button): the second is dropped, and so is a number corrected while the first was under way.
  // It is asked for in the end, also when the first came to nothing. An answer that failed still holds the lock: not before it is gone.
  for (const end of ["htmx:afterSettle", "htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(end, (event) => {
      const asked = askedFor(event);
      if (asked === undefined || wanted === undefined || asked === wanted) return;
      setTimeout(() => form.who.dispatchEvent(new Event("change", { bubbles: true })), 0);
    });
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    const area = event.detail.target;
    refill(area);
    if (askedFor(event) === form.who.value && ["who", "act", "person_id"].includes(started)) afterPerson(area);
    if (area.id === "need" && picked) {
      picked = false; // arrows walk through the needs and stay there; a key or Enter goes on
      (area.querySelector("[data-papers] input") ?? form.need).focus();
    }
  });
}
