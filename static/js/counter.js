// Counts the characters of a text field as they are typed.
//
// <p data-counter="id of the field" data-limit="500" data-left="… {count}" data-over="… {count}">

const PAUSE_BEFORE_SPEAKING = 1000;

for (const counter of document.querySelectorAll("[data-counter]")) {
  const field = document.getElementById(counter.dataset.counter);
  if (field) attach(counter, field);
}

function attach(counter, field) {
  const limit = Number(counter.dataset.limit);
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  counter.after(spoken);

  let pause;
  const update = () => {
    // As the server counts: code points, a line break as two.
    const length = [...field.value.replace(/\n/g, "\r\n")].length;
    const left = limit - length;
    const words = left < 0 ? counter.dataset.over : counter.dataset.left;
    counter.textContent = words.replace("{count}", Math.abs(left));
    counter.classList.toggle("counter--over", left < 0);
    clearTimeout(pause);
    return counter.textContent;
  };

  update();
  field.addEventListener("input", () => {
    const text = update();
    pause = setTimeout(() => (spoken.textContent = text), PAUSE_BEFORE_SPEAKING);
  });
}
