// The hall screen. Reads one stream; keeps the last picture when the network or the server is away, and comes back alone.
const SVG = "http://www.w3.org/2000/svg";
const MOST_SHOWN = 4;
const TURN_MS = 9000;
const byId = (id) => document.getElementById(id);
const body = document.body;
let skew = 0; // the server's clock less this one's, milliseconds
let clockEnd = null;
let shown = [];
let turn = 0;

function draw(told) {
  skew = told.now - Date.now();
  clockEnd = told.clock_end;
  body.dataset.stage = told.stage;
  for (const said of document.querySelectorAll(".stage")) said.hidden = said.dataset.stage !== told.stage;
  for (const name of ["people", "desires", "responses"]) {
    const cell = document.querySelector(`#counts [data-count="${name}"]`);
    cell.hidden = !told[name];
    cell.querySelector("dd").textContent = told[name].toLocaleString("en").replaceAll(",", "\u202f");
  }
  const outer = 120 + 7.4 * told.rings;
  byId("glow").setAttribute("r", String(outer * 1.25));
  byId("glow").style.opacity = String(0.45 + 0.45 * told.glow);
  const rings = byId("rings");
  while (rings.childElementCount < told.rings) {
    const ring = document.createElementNS(SVG, "circle");
    ring.setAttribute("r", String(60 + 7.4 * rings.childElementCount));
    rings.append(ring);
    requestAnimationFrame(() => requestAnimationFrame(() => ring.classList.add("on")));
  }
  while (rings.childElementCount > told.rings) rings.lastElementChild.remove();
  const before = JSON.stringify(shown);
  shown = told.shown;
  if (JSON.stringify(shown) !== before) { turn = 0; showTurn(); }
}

function showTurn() {
  const box = byId("shown");
  const start = shown.length > MOST_SHOWN ? (turn * MOST_SHOWN) % shown.length : 0;
  const now = shown.slice(start, start + MOST_SHOWN);
  const wanted = new Set(now.map((desire) => String(desire.number)));
  for (const old of box.querySelectorAll(".desire")) {
    if (wanted.has(old.dataset.number)) continue;
    old.remove();
  }
  for (const desire of now) {
    if (box.querySelector(`[data-number="${Number(desire.number)}"]`)) continue;
    const line = document.createElement("p");
    line.className = "desire coming";
    line.dataset.number = String(desire.number);
    line.lang = desire.language;
    line.dir = "auto";
    line.textContent = desire.text;
    box.append(line);
    requestAnimationFrame(() => requestAnimationFrame(() => line.classList.remove("coming")));
  }
}

function tickClock() {
  const clock = byId("clock");
  clock.hidden = clockEnd === null;
  if (clockEnd === null) return;
  const left = Math.max(0, Math.round((clockEnd - Date.now() - skew) / 1000));
  clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function listen() {
  const source = new EventSource(body.dataset.events);
  source.onopen = () => { byId("waiting").hidden = true; };
  source.onmessage = (event) => { byId("waiting").hidden = true; draw(JSON.parse(event.data)); };
  source.onerror = () => {
    byId("waiting").hidden = false;
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(listen, 2000 + 4000 * Math.random());
  };
}

byId("shown").replaceChildren();
draw(JSON.parse(body.dataset.now));
listen();
setInterval(tickClock, 250);
setInterval(() => { if (shown.length > MOST_SHOWN) { turn += 1; showTurn(); } }, TURN_MS);
