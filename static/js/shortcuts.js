// "/" or Ctrl+K: the search box. Ctrl+Enter: send the form one is typing in.
const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  const find = document.querySelector("[data-quickfind]");
  if (find && ((event.key === "/" && !command && !typing(event.target)) || (command && event.key.toLowerCase() === "k"))) {
    event.preventDefault();
    find.focus();
    find.select();
  } else if (command && event.key === "Enter" && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
