/* Names that Django's own scripts leave out, for those who do not see the page. */

function labelOf(part) {
  // What select2 shows stands after the choice that it serves, but for the list that is open.
  const container =
    part.closest("select + .select2-container") ??
    document.querySelector("select + .select2-container--open");
  return container?.previousElementSibling.labels?.[0];
}

function nameFields() {
  const fields = ".select2-search__field, .select2-selection__rendered[role=textbox]";
  for (const field of document.querySelectorAll(fields)) {
    if (field.hasAttribute("aria-label")) {
      continue;
    }
    const label = labelOf(field);
    if (label) {
      field.setAttribute("aria-label", label.textContent.trim());
    }
  }
  for (const choice of document.querySelectorAll(".select2-selection--single:not([data-named])")) {
    const label = labelOf(choice);
    if (label) {
      label.id ||= `${label.htmlFor}-label`;
      choice.setAttribute("aria-labelledby", `${label.id} ${choice.getAttribute("aria-labelledby")}`);
      choice.dataset.named = "";
    }
  }
  // The drawing beside the filter of a two-sided chooser has a name, which only a picture may have.
  for (const drawing of document.querySelectorAll(".search-label-icon:not([role])")) {
    drawing.setAttribute("role", "img");
  }
}

new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true });
nameFields();
