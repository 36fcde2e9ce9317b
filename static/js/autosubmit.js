// Changes the results in place when a choice of the search form changes.
//
// <form data-autosubmit> … [data-facet] … [data-results data-announce="48 innovations"] …
// <p role="status" data-results-status>. Without this module, the form is sent by its button.

const form = document.querySelector("form[data-autosubmit]");
const status = document.querySelector("[data-results-status]");
let shown = location.pathname + location.search;
let running;

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[type=checkbox], [type=radio], select")) show(address());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sheet = event.submitter?.closest("[popover]");
    if (sheet?.matches(":popover-open")) sheet.hidePopover();
    show(address());
  });
  addEventListener("popstate", () => {
    // A jump inside the page also ends here.
    if (location.pathname + location.search !== shown) location.reload();
  });
}

function address() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
  const path = new URL(form.action).pathname;
  return query.size ? `${path}?${query}` : path;
}

async function show(url) {
  running?.abort();
  running = new AbortController();
  const results = document.querySelector("[data-results]");
  results.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { signal: running.signal });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-results]");
    replaceFacets(page);
    results.replaceWith(fresh);
    history.pushState(null, "", url);
    shown = url;
    document.title = page.title;
    replaceLanguageLinks(page);
    if (status) status.textContent = fresh.dataset.announce ?? "";
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
}

// A facet's counts do not depend on its own choices: the one in use stays as it is, and with it the focus.
function replaceFacets(page) {
  for (const facet of form.querySelectorAll("[data-facet]")) {
    if (facet.contains(document.activeElement)) continue;
    const fresh = page.querySelector(`[data-facet="${facet.dataset.facet}"]`);
    if (!fresh) continue;
    const more = fresh.querySelector("details");
    if (more && facet.querySelector("details")?.open) more.open = true;
    facet.replaceWith(fresh);
  }
}

function replaceLanguageLinks(page) {
  const fresh = page.querySelector(".language-links");
  if (fresh) document.querySelector(".language-links").replaceWith(fresh);
}
