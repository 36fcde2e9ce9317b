// Does the work that the server asks of whoever sends a form (common/spam_guard.py), while the person types.
//
// <form> … <input type="hidden" name="proof" data-challenge="…" data-bits="18">
//          <p role="status" data-proof-status data-working="One moment…"></p>
//
// Finds the number n for which SHA-256 of "challenge:n" begins with so many zero bits. Works in slices that are
// too short to be felt. A form that is sent before the number is found waits for it, though not for ever: the
// server has another way for those without it.

const SLICE = 8;
const LONGEST_WAIT = 30_000;

const input = document.querySelector("input[data-challenge]");
if (input && !input.value) attach(input, input.form);

function attach(proof, form) {
  const status = form.querySelector("[data-proof-status]");
  const search = numbers(proof.dataset.challenge, Number(proof.dataset.bits));
  let begun = false;
  let givenUp = false;
  let waiting = null;

  function begin() {
    if (!begun) setTimeout(work);
    begun = true;
  }

  function work() {
    const end = performance.now() + SLICE;
    let step;
    do step = search.next();
    while (!step.done && performance.now() < end);
    if (!step.done) return void setTimeout(work);
    proof.value = step.value;
    send();
  }

  function send() {
    if (waiting) form.requestSubmit(waiting.submitter);
  }

  form.addEventListener("input", begin, { once: true });
  form.addEventListener("submit", (event) => {
    if (proof.value || givenUp) return;
    event.preventDefault();
    begin();
    if (waiting) return;
    waiting = { submitter: event.submitter };
    status.textContent = status.dataset.working;
    setTimeout(() => {
      givenUp = true;
      if (!proof.value) send();
    }, LONGEST_WAIT);
  });
}

// Yields every few hundred numbers; returns the one that is sought, as text.
function* numbers(challenge, bits) {
  for (let number = 0; ; number++) {
    if (leadingZeroBits(`${challenge}:${number}`) >= bits) return String(number);
    if (number % 256 === 255) yield;
  }
}

// SHA-256 (FIPS 180-4) of up to 55 characters of ASCII: one block. The browser's own works in secure contexts
// alone and answers too late for so many short texts.
const PRIMES = firstPrimes(64);
const ROUND = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const words = new Int32Array(64);

function leadingZeroBits(text) {
  words.fill(0, 0, 16);
  for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[15] = 8 * text.length;
  for (let i = 16; i < 64; i++) {
    const early = words[i - 15];
    const late = words[i - 2];
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[i] = (words[i - 16] + first + words[i - 7] + second) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + ROUND[i] + words[i]) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  // No form asks for more than these 32 bits.
  return Math.clz32(a + START[0]);
}

function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

function fraction(root) {
  return ((root % 1) * 2 ** 32) | 0;
}

function firstPrimes(count) {
  const primes = [];
  for (let number = 2; primes.length < count; number++) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  return primes;
}
