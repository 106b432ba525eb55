// A signal when the time of a stage ends and when all say the text: a short tone and a vibration, on phones whose people
// asked for it. The wish is kept on this phone only.

const name = `signal ${document.body.dataset.code}`;
let sound = null;
let timer = 0;
let ready = false;

function wanted() {
  try {
    return localStorage.getItem(name) === "1";
  } catch {
    return false;
  }
}

function want(on) {
  try {
    localStorage.setItem(name, on ? "1" : "0");
  } catch {
    // without storage it holds for this page only
  }
}

// A browser lets a page sound only after a touch of it.
function unlock() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context) return;
  sound ??= new Context();
  sound.resume?.().catch?.(() => {});
}

function signal() {
  document.body.dataset.signalled = String(Date.now());
  navigator.vibrate?.([200, 120, 200]);
  if (!sound || sound.state !== "running") return;
  const tone = sound.createOscillator();
  const level = sound.createGain();
  const begin = sound.currentTime;
  tone.frequency.value = 528;
  level.gain.setValueAtTime(0.0001, begin);
  level.gain.exponentialRampToValueAtTime(0.25, begin + 0.05);
  level.gain.exponentialRampToValueAtTime(0.0001, begin + 1.6);
  tone.connect(level).connect(sound.destination);
  tone.start(begin);
  tone.stop(begin + 1.7);
}

// Wait for a time of this phone's clock, in milliseconds since 1970.
export function at(button, when) {
  clearTimeout(timer);
  const left = when - Date.now();
  timer = setTimeout(() => button.getAttribute("aria-pressed") === "true" && signal(), Math.min(left, 2 ** 31 - 1));
  if (ready) return;
  ready = true;
  button.setAttribute("aria-pressed", String(wanted()));
  if (wanted()) document.addEventListener("pointerdown", unlock, { once: true });
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    want(on);
    if (on) unlock();
  });
}
