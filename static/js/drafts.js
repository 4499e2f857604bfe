// <form data-draft="name">: keeps what is typed on this machine until it has been sent, per user, and forgets it at sign-out.
// Keys: yimen:<user id>:<name>. A draft of another user, or one older than MAX_AGE, is removed as soon as a page loads.
const MAX_AGE = 12 * 60 * 60 * 1000;
const SENT = "yimen-sent";
const SKIP = new Set(["csrfmiddlewaretoken", "version", "next"]);
const user = document.body.dataset.user;
const prefix = user ? `yimen:${user}:` : null;

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith("yimen:"));
}

function forget(which) {
  keys().filter(which).forEach((key) => localStorage.removeItem(key));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function kept(field) {
  return field.name && !SKIP.has(field.name) && !["password", "file", "submit", "button"].includes(field.type);
}

function values(form) {
  return [...form.elements].filter(kept).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  });
}

function fill(form, saved) {
  for (const [name, value, checked] of saved) {
    for (const field of [...form.elements].filter((element) => element.name === name && kept(element))) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.value !== value || field.checked === checked) continue;
        field.checked = checked;
      } else if (field.multiple) {
        for (const option of field.options) option.selected = value.includes(option.value);
      } else {
        if (field.value === value) continue;
        field.value = value;
      }
      if (field.type !== "hidden") field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

function say(form, text, clear) {
  const place = form.querySelector("[data-draft-note]");
  if (!place) return;
  place.textContent = text;
  if (!clear) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-quiet";
  button.textContent = "不要草稿";
  button.addEventListener("click", clear);
  place.append(" ", button);
}

function time(at) {
  return new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
}

// Sent and arrived somewhere else: the draft has done its work. An error page or the sign-in page keeps it.
function settle(forms) {
  const key = sessionStorage.getItem(SENT);
  if (!key) return;
  sessionStorage.removeItem(SENT);
  if ("keepDrafts" in document.body.dataset) return;
  const here = forms.some((form) => prefix + form.dataset.draft === key);
  const arrival = performance.getEntriesByType("navigation")[0];
  if (!here || (arrival?.type === "navigate" && arrival.redirectCount > 0)) localStorage.removeItem(key);
}

function keep(form) {
  const key = prefix + form.dataset.draft;
  const saved = read(key);
  if (saved && !form.querySelector("[data-error-summary]")) {
    fill(form, saved.values);
    say(form, `已恢复 ${time(saved.at)} 的草稿`, () => {
      localStorage.removeItem(key);
      location.reload();
    });
  }
  let timer = null;
  const store = () => {
    clearTimeout(timer);
    timer = null;
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: values(form) }));
    say(form, navigator.onLine ? `草稿已保存在本机 ${time(Date.now())}` : "网络已断开，内容已保存在本机，恢复后再提交");
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(store, 300);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", (event) => event.isTrusted && soon());
  window.addEventListener("pagehide", () => timer && store());
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    store();
    sessionStorage.setItem(SENT, key);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target === form && event.detail.successful) {
      localStorage.removeItem(key);
      sessionStorage.removeItem(SENT);
    }
  });
}

if (prefix) {
  forget((key) => !key.startsWith(prefix) || !(Date.now() - (read(key)?.at ?? 0) < MAX_AGE));
  const forms = [...document.querySelectorAll("form[data-draft]")];
  settle(forms);
  forms.forEach(keep);
}

if ("forgetDrafts" in document.body.dataset) forget(() => true); // the page that says goodbye
for (const form of document.querySelectorAll("form[data-forget-drafts]")) {
  form.addEventListener("submit", () => {
    forget(() => true);
    sessionStorage.removeItem(SENT);
  });
}
