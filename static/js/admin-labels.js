/* Names that Django's own scripts leave out, for those who do not see the page. */

function nameFields() {
  // The field in which select2 searches has the name of the choice that it serves.
  for (const field of document.querySelectorAll(".select2-search__field:not([aria-label])")) {
    const open = document.querySelector("select + .select2-container--open");
    const container = field.closest("select + .select2-container") ?? open;
    const label = container?.previousElementSibling.labels?.[0];
    if (label) {
      field.setAttribute("aria-label", label.textContent.trim());
    }
  }
  // The drawing beside the filter of a two-sided chooser has a name, which only a picture may have.
  for (const drawing of document.querySelectorAll(".search-label-icon:not([role])")) {
    drawing.setAttribute("role", "img");
  }
}

new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true });
nameFields();
