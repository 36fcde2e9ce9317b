// A button that copies a text field, where the browser lets one copy.
//
// <p data-copy="id of the field" data-label="Copy" data-copied="Copied"></p>

if (navigator.clipboard) {
  for (const place of document.querySelectorAll("[data-copy]")) attach(place);
}

function attach(place) {
  const field = document.getElementById(place.dataset.copy);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = place.dataset.label;
  button.id = `${field.id}-copy`;
  button.setAttribute("aria-labelledby", `${button.id} ${field.getAttribute("aria-labelledby")}`);
  const spoken = document.createElement("span");
  spoken.setAttribute("role", "status");
  place.append(button, spoken);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    spoken.textContent = place.dataset.copied;
  });
  field.addEventListener("focus", () => field.select());
}
