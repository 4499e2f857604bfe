// Forms: one press sends once; what is asked to be confirmed is asked; the error summary gets the focus. And a button that prints the page.
const AGAIN_AFTER = 8000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending || (form.dataset.confirm && !window.confirm(form.dataset.confirm))) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), AGAIN_AFTER); // a download answers without leaving the page
});

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("form") && release(event.target.closest("form")));

document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());

document.querySelector("[data-error-summary]")?.focus();
