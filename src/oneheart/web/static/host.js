// The host's desk: it reloads when its state is outdated. While a host types, it shows a notice instead.
const EVERY_MS = 5000;
const news = document.getElementById("news");
const { now, mark } = document.body.dataset;

function busy() {
  const at = document.activeElement;
  if (at && at !== document.body && at.tagName !== "MAIN") return true;
  if (document.querySelector("main details[open]")) return true;
  return [...document.querySelectorAll("main input:not([type=hidden])")].some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

async function look() {
  if (document.hidden || !news.hidden) return;
  let state;
  try {
    const answer = await fetch(now, { headers: { accept: "application/json" } });
    if (answer.status === 403) location.reload(); // another host removed this one: the page says so
    if (!answer.ok) return;
    state = await answer.json();
  } catch {
    return; // no network; the next poll tries again
  }
  if (state.mark === mark) return;
  if (busy()) news.hidden = false;
  else location.reload();
}

setInterval(look, EVERY_MS);
