// Navigation drawer on small screens and the <details data-menu> menus. Without this file both still open and close by themselves.
const nav = document.querySelector("[data-nav]");
const toggle = document.querySelector("[data-nav-toggle]");

function showNav(open) {
  nav.classList.toggle("is-open", open);
  toggle.setAttribute("aria-expanded", String(open));
  (open ? nav.querySelector("a") : toggle).focus();
}

if (nav && toggle) {
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("role", "button");
  toggle.addEventListener("click", (event) => {
    event.preventDefault();
    showNav(!nav.classList.contains("is-open"));
  });
  nav.querySelector("[data-nav-close]").addEventListener("click", (event) => {
    event.preventDefault();
    showNav(false);
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (nav?.classList.contains("is-open")) showNav(false);
});

// A row of tabs wider than the screen shows the one that is open.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}
