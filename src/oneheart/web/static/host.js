// The host's desk: tells when what it shows is no longer the present state. Never takes anything from under a host's hands.
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
  let told;
  try {
    const answer = await fetch(now, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    told = await answer.json();
  } catch {
    return; // the network is away; the next look will tell
  }
  if (told.mark === mark) return;
  if (busy()) news.hidden = false;
  else location.reload();
}

setInterval(look, EVERY_MS);
