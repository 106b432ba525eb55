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
setInterval(tick, 250);
setInterval(() => { if (shown.turns.length > 1) { turn += 1; show(); } }, TURN_MS);
addEventListener("offline", () => waiting(true));
addEventListener("online", listen);
