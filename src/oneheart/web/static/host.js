// The host's desk: it reloads when its state is outdated. While a host types, it shows a notice instead.
const EVERY_MS = 5000;
const BUSY_MS = 1000; // while the text is woven or sealed
const news = document.getElementById("news");
const lost = document.getElementById("lost"); // shown while the server does not answer
const { now, mark } = document.body.dataset;

function busy() {
  const at = document.activeElement;
  if (at && at !== document.body && at.tagName !== "MAIN") return true;
  if (document.querySelector("main details[open]:not([data-fold])")) return true;
  return [...document.querySelectorAll("main input:not([type=hidden])")].some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

async function look() {
  if (document.hidden || (!news.hidden && lost.hidden)) return;
  let state;
  try {
    const answer = await fetch(now, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(EVERY_MS) });
    lost.hidden = true;
    if (answer.status === 403) location.reload(); // another host removed this one: the page says so
    if (!answer.ok) return;
    state = await answer.json();
  } catch {
    lost.hidden = false; // the next look tries again
    return;
  }
  if (state.mark === mark) return;
  if (busy()) news.hidden = false;
  else location.reload();
}

setInterval(look, document.querySelector("[data-busy]") ? BUSY_MS : EVERY_MS);

// A form that is on its way says so at once, also where the server takes seconds.
addEventListener("submit", (event) => {
  const sending = document.getElementById("sending");
  if (!sending || event.target.method !== "post") return;
  if (!lost.hidden) { // a page of the browser's own would take the place of the desk
    event.preventDefault();
    lost.scrollIntoView({ block: "nearest" });
    look();
    return;
  }
  sending.hidden = false;
  event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => { const sending = document.getElementById("sending"); if (sending) sending.hidden = true; });

// What a host has unfolded stays so when the page loads anew.
const FOLDS = "unfolded";
const unfolded = new Set((sessionStorage.getItem(FOLDS) ?? "").split(",").filter(Boolean));
for (const part of document.querySelectorAll("details[data-fold]")) {
  if (unfolded.has(part.dataset.fold)) part.open = true;
  part.addEventListener("toggle", () => {
    unfolded[part.open ? "add" : "delete"](part.dataset.fold);
    sessionStorage.setItem(FOLDS, [...unfolded].join());
  });
}

// An address that names something inside a folded part opens it.
const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (target) for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
