// The hall screen. It reads one SSE stream. Without network or server it keeps the last picture and reconnects by itself.
const TURN_MS = 12000;
const FADE_MS = 1600;
const DEAD_MS = 50000; // the server sends a heartbeat every twenty seconds
const byId = (id) => document.getElementById(id);
const body = document.body;
let skew = 0; // the server's clock minus this one, in milliseconds
let clockEnd = null;
let settings = null;
let shown = { shown: [], turns: [] };
let turn = 0;
let source = null;
let heard = Date.now();
let patience = 2000;

function draw(screen) {
  if (settings !== null && settings !== screen.settings) return location.reload();
  settings = screen.settings;
  skew = screen.now - Date.now();
  clockEnd = screen.clock_end;
  body.dataset.stage = screen.stage;
  for (const line of document.querySelectorAll(".stage")) line.hidden = line.dataset.stage !== screen.stage;
  for (const [name, value] of Object.entries(screen.counts)) {
    const cell = document.querySelector(`#counts [data-count="${name}"]`);
    cell.hidden = !value;
    cell.querySelector("dd").textContent = value;
  }
  grow(screen.figure);
  read(screen.text);
  byId("alike").hidden = !screen.alike;
  for (const line of document.querySelectorAll("[data-alike]")) line.hidden = line.dataset.alike !== screen.alike;
  sayAt = screen.say_at;
  moment();
  const news = JSON.stringify([screen.shown, screen.turns]);
  if (news !== JSON.stringify([shown.shown, shown.turns])) {
    shown = { shown: screen.shown, turns: screen.turns };
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

// --- the text: redrawn only when it has changed, as large as fits ---

let text = "";
let sayAt = null;
let momentTimer = 0;

function read(content) {
  const box = byId("text");
  box.hidden = !content;
  byId("model").hidden = !content?.model;
  byId("status").hidden = !content?.status;
  for (const line of document.querySelectorAll("[data-status]")) line.hidden = line.dataset.status !== content?.status;
  for (const line of document.querySelectorAll("[data-missing]")) line.hidden = !content?.missing.includes(line.dataset.missing);
  for (const line of document.querySelectorAll("[data-share]")) line.hidden = line.dataset.share !== content?.share;
  byId("amen").hidden = !content?.amen;
  for (const line of byId("amens").children) line.textContent = line.dataset.count.replace("{count}", content?.amen ?? "");
  byId("include").hidden = !content?.include;
  byId("included").textContent = content?.include?.text ?? "";
  byId("included").lang = content?.include?.language ?? "";
  byId("proof").hidden = !content?.digest;
  byId("digest").textContent = content?.digest ?? "";
  byId("root").textContent = content?.root ?? "";
  byId("size").textContent = content?.size ?? "";
  const news = JSON.stringify([content?.columns ?? [], body.dataset.stage, content?.status, content?.amen === "", content?.include]);
  if (news === text) return;
  text = news;
  box.dataset.count = String(content?.columns.length ?? 0);
  box.replaceChildren(...(content?.columns ?? []).map((column) => {
    const list = document.createElement("ol");
    list.className = "column";
    if (column.dir) list.dir = column.dir;
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
  for (let note = 1.5; note >= 0.8; note -= 0.1) { // the text gets at least two fifths of the height, the notes below it the rest
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
      body.dataset.saying = String(Date.now() + skew); // when the text appeared, by the server's clock
      line.hidden = true;
      fit();
    }
    return;
  }
  const seconds = Math.ceil(left / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  for (const label of line.children) label.textContent = label.dataset.in.replace("{time}", time);
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
    if (box.dataset.name !== name) return; // replaced by a newer turn meanwhile
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
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (clock.textContent !== time) clock.textContent = time;
  }
  if (Date.now() - heard > DEAD_MS) listen();
}

function waiting(yes) {
  byId("waiting").hidden = !yes;
}

function listen() {
  source?.close();
  heard = Date.now();
  const stream = source = new EventSource(body.dataset.events);
  const hear = () => { heard = Date.now(); patience = 2000; waiting(false); };
  stream.onopen = hear;
  stream.addEventListener("beat", hear);
  stream.onmessage = (event) => { hear(); draw(JSON.parse(event.data)); };
  stream.onerror = () => {
    waiting(true);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    patience = Math.min(15000, patience * 1.5);
    heard = Date.now();
    setTimeout(() => { if (source === stream) listen(); }, patience * (0.5 + Math.random()));
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
