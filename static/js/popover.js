// <a data-popover href="…">: shows what the address answers to htmx in a small card beside the link. Without this file it is a plain link.
let card = null;
let opener = null;

function close(focus = true) {
  if (!card) return;
  card.remove();
  opener.setAttribute("aria-expanded", "false");
  if (focus) opener.focus();
  card = opener = null;
}

function place() {
  const box = opener.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - card.offsetWidth - 16);
  const below = box.bottom + card.offsetHeight + 12 < window.innerHeight || box.top < card.offsetHeight;
  card.style.left = `${Math.max(16, left) + window.scrollX}px`;
  card.style.top = `${(below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + window.scrollY}px`;
}

async function open(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) {
    location.assign(link.href);
    return;
  }
  const html = await answer.text();
  close(false);
  card = document.createElement("div");
  card.className = "popover-card";
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", link.textContent.trim());
  card.tabIndex = -1;
  card.innerHTML = html;
  document.body.append(card);
  opener = link;
  opener.setAttribute("aria-expanded", "true");
  place();
  card.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-popover]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (link === opener) close();
    else open(link).catch(() => location.assign(link.href));
  } else if (card && !card.contains(event.target)) {
    close(false);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
