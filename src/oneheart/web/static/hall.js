// The hall screen. Reads one stream; keeps the last picture when the network or the server is away, and comes back alone.
const TURN_MS = 12000;
const FADE_MS = 1600;
const DEAD_MS = 50000; // the server says something every twenty seconds
const byId = (id) => document.getElementById(id);
const body = document.body;
let skew = 0; // the server's clock less this one's, milliseconds
let clockEnd = null;
let settings = null;
let shown = { shown: [], turns: [] };
let turn = 0;
let source = null;
let heard = Date.now();
let patience = 2000;

function draw(told) {
  if (settings !== null && settings !== told.settings) return location.reload();
  settings = told.settings;
  skew = told.now - Date.now();
  clockEnd = told.clock_end;
  body.dataset.stage = told.stage;
  for (const said of document.querySelectorAll(".stage")) said.hidden = said.dataset.stage !== told.stage;
  for (const [name, value] of Object.entries(told.counts)) {
    const cell = document.querySelector(`#counts [data-count="${name}"]`);
    cell.hidden = !value;
    cell.querySelector("dd").textContent = value;
  }
  grow(told.figure);
  read(told.text);
  byId("alike").hidden = !told.alike;
  for (const line of document.querySelectorAll("[data-alike]")) line.hidden = line.dataset.alike !== told.alike;
  sayAt = told.say_at;
  moment();
  const news = JSON.stringify([told.shown, told.turns]);
  if (news !== JSON.stringify([shown.shown, shown.turns])) {
    shown = { shown: told.shown, turns: told.turns };
    turn = 0;
    show();
  }
}

function grow(figure) {
  const scale = (radius) => `scale(${radius / 1000})`;
  byId("shine").style.transform = scale(figure.shine);
  byId("shine").style.opacity = String(figure.glow);
  byId("heart").style.transform = scale(figure.heart);
  for (const [place, ring] of [...byId("rings").children].entries()) {
    const radius = figure.rings[place];
    ring.classList.toggle("on", radius !== undefined);
    ring.style.transform = scale(radius ?? figure.rings.at(-1) ?? figure.heart); // a new ring grows out of the last one
  }
}

// --- the text: drawn anew only when it has changed, as large as it fits ---

let text = "";
let sayAt = null;
let momentTimer = 0;

function read(told) {
  const box = byId("text");
  box.hidden = !told;
  byId("model").hidden = !told?.model;
  byId("status").hidden = !told?.status;
  for (const line of document.querySelectorAll("[data-status]")) line.hidden = line.dataset.status !== told?.status;
  for (const line of document.querySelectorAll("[data-missing]")) line.hidden = !told?.missing.includes(line.dataset.missing);
  for (const line of document.querySelectorAll("[data-share]")) line.hidden = line.dataset.share !== told?.share;
  byId("amen").hidden = !told?.amen;
  for (const said of byId("amens").children) said.textContent = said.dataset.count.replace("{count}", told?.amen ?? "");
  byId("include").hidden = !told?.include;
  byId("included").textContent = told?.include?.text ?? "";
  byId("included").lang = told?.include?.language ?? "";
  byId("proof").hidden = !told?.digest;
  byId("digest").textContent = told?.digest ?? "";
  byId("root").textContent = told?.root ?? "";
  const news = JSON.stringify([told?.columns ?? [], body.dataset.stage, told?.status, told?.amen === "", told?.include]);
  if (news === text) return;
  text = news;
  box.dataset.count = String(told?.columns.length ?? 0);
  box.replaceChildren(...(told?.columns ?? []).map((column) => {
    const list = document.createElement("ol");
    list.className = "column";
    if (column.language) list.dir = ["he", "ar", "fa"].includes(column.language) ? "rtl" : "ltr";
    list.append(...column.lines.map((line) => {
      const item = document.createElement("li");
      item.lang = line.language;
      item.dir = "auto";
      item.textContent = line.text;
      item.classList.toggle("changed", line.changed && body.dataset.stage === "second reading");
      return item;
    }));
    return list;
  }));
  fit();
}

const main = document.querySelector("main");

function fit() {
  fitShown();
  const box = byId("text");
  if (box.hidden) return;
  for (let note = 1.5; note >= 0.8; note -= 0.1) { // the text has two fifths of the room at least, what is said of it the rest
    byId("status").style.setProperty("--note", note.toFixed(1));
    if (box.clientHeight >= 0.4 * main.clientHeight) break;
  }
  for (let size = body.dataset.saying || body.dataset.stage === "said" ? 6 : 4; size >= 1; size -= 0.2) {
    box.style.setProperty("--size", size.toFixed(1));
    const high = Math.max(0, ...[...box.children].map((column) => column.scrollHeight));
    if (high <= box.clientHeight) break;
  }
}

function fitShown() {
  const box = byId("shown");
  for (let size = 3.3; size >= 1.2; size -= 0.15) {
    box.style.setProperty("--words", size.toFixed(2));
    if (main.scrollHeight <= main.clientHeight + 1) break;
  }
}

function moment() {
  clearTimeout(momentTimer);
  const line = byId("saying-in");
  if (sayAt === null || body.dataset.stage !== "sealed") {
    line.hidden = true;
    if (body.dataset.saying && body.dataset.stage !== "said") {
      delete body.dataset.saying;
      fit();
    } else if (body.dataset.stage === "said" && !body.dataset.saying) {
      body.dataset.saying = String(Date.now() + skew);
      fit();
    }
    return;
  }
  const left = sayAt - (Date.now() + skew);
  if (left <= 0) {
    if (!body.dataset.saying) {
      body.dataset.saying = String(Date.now() + skew); // when it appeared, by the server's clock
      line.hidden = true;
      fit();
    }
    return;
  }
  const seconds = Math.ceil(left / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  for (const said of line.children) said.textContent = said.dataset.in.replace("{time}", time);
  if (line.hidden) {
    line.hidden = false;
    fit();
  }
  momentTimer = setTimeout(moment, Math.min(left, 250));
}

function show() {
  const box = byId("shown");
  const now = (shown.turns[turn % Math.max(1, shown.turns.length)] ?? []).map((place) => shown.shown[place]);
  const name = now.map((desire) => desire.id).join();
  if (box.dataset.name === name) return;
  box.dataset.name = name;
  body.toggleAttribute("data-words", now.length > 0);
  const put = () => {
    if (box.dataset.name !== name) return; // something newer came meanwhile
    box.replaceChildren(...now.map((desire) => {
      const line = document.createElement("p");
      line.className = "desire";
      line.lang = desire.language;
      line.dir = "auto";
      line.textContent = desire.text;
      return line;
    }));
    fitShown();
    box.classList.remove("going");
  };
  box.classList.add("going");
  setTimeout(put, box.childElementCount ? FADE_MS : 50);
}

function tick() {
  const clock = byId("clock");
  clock.hidden = clockEnd === null;
  if (clockEnd !== null) {
    const left = Math.max(0, Math.round((clockEnd - Date.now() - skew) / 1000));
    const said = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (clock.textContent !== said) clock.textContent = said;
  }
  if (Date.now() - heard > DEAD_MS) listen();
}

function waiting(yes) {
  byId("waiting").hidden = !yes;
}

function listen() {
  source?.close();
  heard = Date.now();
  const mine = source = new EventSource(body.dataset.events);
  const hear = () => { heard = Date.now(); patience = 2000; waiting(false); };
  mine.onopen = hear;
  mine.addEventListener("beat", hear);
  mine.onmessage = (event) => { hear(); draw(JSON.parse(event.data)); };
  mine.onerror = () => {
    waiting(true);
    if (mine.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    patience = Math.min(15000, patience * 1.5);
    heard = Date.now();
    setTimeout(() => { if (source === mine) listen(); }, patience * (0.5 + Math.random()));
  };
}

draw(JSON.parse(body.dataset.now));
listen();
addEventListener("resize", fit);
document.fonts?.ready.then(fit);
setInterval(tick, 250);
setInterval(() => { if (shown.turns.length > 1) { turn += 1; show(); } }, TURN_MS);
addEventListener("offline", () => waiting(true));
addEventListener("online", listen);
