// <select data-select>: a long list one can type in (Tom Select). The page brings the files with components/select_assets.html.
for (const select of document.querySelectorAll("select[data-select]")) {
  new window.TomSelect(select, {
    maxOptions: 200,
    plugins: select.multiple ? ["remove_button"] : [],
    render: { no_results: () => "<div class=\"no-results\">没有相符的选项</div>" },
  });
  select.setAttribute("aria-hidden", "true"); // the box that one types in carries the label now
}
