// The hall screen. It reads one SSE stream. Without network or server it keeps the last picture and reconnects by itself.
const TURN_MS = 12000;
const FADE_MS = 1600;
const LANGUAGE_FADE_MS = 400;
const SAYING_PAGE_MS = 15000;
const LEAST_SIZE = 1.3; // smaller letters are not read from across a room
const LEAST_NOTE = 1.2;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const DEAD_MS = 50000; // the server sends a heartbeat every twenty seconds
const byId = (id) => document.getElementById(id);
const body = document.body;
let skew = 0; // the server's clock minus this one, in milliseconds
let settings = null;
let shown = { shown: [], turns: [] };
let turn = 0;
let source = null;
let heard = Date.now();
let patience = 2000;

function draw(screen) {
  if (settings !== null && settings !== screen.settings) return anew();
  settings = screen.settings;
  skew = screen.now - Date.now();
  setClock(screen);
  body.toggleAttribute("data-arrives", screen.arrives);
  body.dataset.stage = screen.stage;
  ask(screen);
  for (const line of document.querySelectorAll(".stage")) line.hidden = line.dataset.stage !== screen.heading;
  for (const line of document.querySelectorAll(".round")) {
    line.hidden = screen.round < 2;
    line.textContent = line.dataset.said.replace("{number}", screen.round);
  }
  near(screen);
  for (const [name, value] of Object.entries(screen.counts)) {
    const cell = document.querySelector(`#counts [data-count="${name}"]`);
    cell.hidden = !value;
    cell.querySelector("dd").textContent = value;
  }
  grow(screen.figure);
  content = screen.text;
  sayAt = screen.say_at;
  saidAt = screen.said_at;
  read();
  byId("alike").hidden = !screen.alike;
  for (const line of document.querySelectorAll("[data-alike]")) line.hidden = line.dataset.alike !== screen.alike;
  moment();
  const news = JSON.stringify([screen.shown, screen.turns]);
  if (news !== JSON.stringify([shown.shown, shown.turns])) {
    shown = { shown: screen.shown, turns: screen.turns };
    turn = 0;
    show();
  }
}

// `clock.js` moves the clock; this tells it when the clock ends, and in which words.
function setClock(screen) {
  const clock = byId("clock");
  byId("clock-said").hidden = screen.clock_end === null;
  if (screen.clock_end === null) return void delete clock.dataset.clockEnd;
  Object.assign(clock.dataset, { clockEnd: screen.clock_end, clockMidnight: screen.clock_midnight, clockNow: screen.now, clockRead: Date.now() });
  for (const [place, words] of [...clock.querySelectorAll("[data-clock-words]")].entries()) {
    const { today, tomorrow, later } = screen.clock_words[place];
    Object.assign(words.dataset, { wordsToday: today, wordsTomorrow: tomorrow, wordsLater: later });
  }
}

// Names, languages and words are in the page itself: load it again, but only from a server that answers.
async function anew() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

function ask(screen) {
  const holder = document.querySelector(".questions");
  holder.dataset.long = String(screen.long);
  for (const [place, section] of [...holder.children].entries()) {
    const asked = screen.asked[place];
    const line = section.querySelector(".question");
    line.hidden = !asked?.text;
    line.firstElementChild.textContent = asked?.text ?? "";
    line.firstElementChild.lang = asked?.language ?? "";
  }
}

// --- languages by turns: the server's clock says which turn it is, so that two screens show the same ---

const turns = Number(body.dataset.turns);
const turnMs = 1000 * Number(body.dataset.turnSeconds);
let languageTurn = null;

const clockTurn = () => Math.floor((Date.now() + skew) / turnMs);

function turnLanguages() {
  const now = clockTurn();
  if (now === languageTurn || (turns < 2 && columnTurns() < 2 && pages.count < 2 && parts < 2)) return;
  const first = languageTurn === null;
  languageTurn = now;
  const put = () => {
    for (const one of document.querySelectorAll("[data-turn]")) {
      if (!one.closest("#text")) one.toggleAttribute("data-away", Number(one.dataset.turn) !== languageTurn % turns);
    }
    body.dataset.turnNow = String(languageTurn % turns);
    read();
    fit();
    body.classList.remove("turning");
  };
  if (first || calm) return put();
  body.classList.add("turning");
  setTimeout(put, LANGUAGE_FADE_MS);
}

function near(screen) {
  byId("nearest").hidden = !screen.nearest;
  byId("nearest-words").textContent = screen.nearest?.text ?? "";
  byId("nearest-words").lang = screen.nearest?.language ?? "";
  for (const line of byId("nearest-share").children) line.textContent = screen.nearest ? line.dataset.shareSaid.replace("{share}", screen.nearest_share) : "";
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
let content = null;
let sayAt = null;
let saidAt = null;
let momentTimer = 0;
let fittedHeight = 0; // of the text, when it was fitted
let pages = { count: 1 }; // parts of a text that is too long for one picture
let parts = 1; // parts of what is told of the text, where it is too long for one picture

const only = (body.dataset.only ?? "").split(",").filter(Boolean); // languages of this screen; none for all of them
const byLine = body.dataset.show === "line"; // one line at a time, for a broadcast

const together = () => Boolean(body.dataset.saying) || body.dataset.stage === "said";

// While a text is read, one turn of its languages stands; when it is said, all of them do.
const columnTurns = () => (only.length ? 1 : 1 + Math.max(0, ...(content?.columns ?? []).map((column) => column.turn)));

function columnsNow() {
  const all = content?.columns ?? [];
  if (only.length) return all.filter((column) => !column.language || only.includes(column.language));
  if (together()) { // a language in which no line stands leaves its room to those who say the text
    const spoken = all.filter((column) => column.lines.some((line) => !line.missing));
    return spoken.length ? spoken : all;
  }
  return all.filter((column) => column.turn === (languageTurn ?? clockTurn()) % columnTurns());
}

function read() {
  const box = byId("text");
  box.hidden = !content;
  byId("model").hidden = !content?.model;
  byId("status").hidden = !content?.status;
  for (const line of document.querySelectorAll("[data-status]")) line.hidden = line.dataset.status !== content?.status;
  for (const line of document.querySelectorAll("[data-missing]")) line.hidden = !content?.missing.includes(line.dataset.missing);
  for (const line of document.querySelectorAll("[data-share]")) line.hidden = line.dataset.share !== content?.share;
  for (const section of byId("status").children) tell(section);
  byId("amen").hidden = !content?.amen;
  for (const line of byId("amens").children) line.textContent = line.dataset.count.replace("{count}", content?.amen ?? "");
  byId("include").hidden = !content?.include;
  byId("included").textContent = content?.include?.text ?? "";
  byId("included").lang = content?.include?.language ?? "";
  byId("proof").hidden = !content?.digest;
  byId("digest").textContent = content?.digest ?? "";
  byId("root").textContent = content?.root ?? "";
  byId("size").textContent = content?.size ?? "";
  const columns = columnsNow();
  const news = JSON.stringify([columns, together(), body.dataset.stage, content?.status, content?.amen === "", content?.include, pageNow()]);
  if (news === text) return;
  text = news;
  pages = { count: 1 };
  drawText(columns, 0, 1);
  fit();
}

// What was sealed about the text, in the language of one section.
function tell(section) {
  const sentences = content?.heard.find((one) => one.language === section.lang)?.sentences ?? [];
  const holder = section.querySelector(".heard");
  const news = JSON.stringify(sentences);
  if (holder.dataset.news === news) return;
  holder.dataset.news = news;
  holder.replaceChildren(...sentences.map((sentence) => {
    const line = document.createElement("p");
    line.dataset.heard = sentence.code;
    line.textContent = sentence.text;
    return line;
  }));
}

// Shows the verdict and one part of what else is told of the text.
function showPart(part, count) {
  for (const section of byId("status").children) {
    const lines = [...section.querySelectorAll("p:not([data-status])")].filter((line) => !line.hidden);
    const long = Math.ceil(lines.length / count);
    for (const [place, line] of lines.entries()) line.toggleAttribute("data-later", Math.floor(place / long) !== part);
  }
}

// The text gets at least two fifths of the height, what is told of it the rest: in smaller letters, then in as few parts
// as all fit. The parts come by turns.
function fitNotes(box) {
  const fits = (count) => [...Array(count).keys()].every((part) => {
    showPart(part, count);
    return box.clientHeight >= 0.4 * main.clientHeight;
  });
  for (let note = 1.6; note > LEAST_NOTE - 0.05; note -= 0.1) {
    byId("status").style.setProperty("--note", note.toFixed(1));
    parts = 1;
    if (fits(1)) return;
  }
  for (parts = 2; parts < 8 && !fits(parts);) parts += 1;
  showPart(Math.floor((languageTurn ?? clockTurn()) / Math.max(turns, 1)) % parts, parts);
}

// Draws one page of the lines, in each language: a column for each, in rows of up to three where there are more.
function drawText(columns, page, count) {
  const box = byId("text");
  const rows = Math.ceil(columns.length / 3);
  box.dataset.count = String(columns.length);
  box.dataset.layout = rows > 1 ? "rows" : "";
  box.style.setProperty("--across", String(Math.ceil(columns.length / Math.max(1, rows))));
  box.replaceChildren(...columns.map((column) => {
    const list = document.createElement("ol");
    const long = Math.ceil(column.lines.length / count);
    list.className = "column";
    list.dataset.turn = String(only.length ? 0 : column.turn);
    if (column.dir) list.dir = column.dir;
    list.append(...column.lines.slice(page * long, (page + 1) * long).map((line, place) => {
      const item = document.createElement("li");
      item.value = page * long + place + 1;
      item.lang = line.language;
      item.dir = "auto";
      item.textContent = line.text;
      item.classList.toggle("missing", line.missing);
      item.classList.toggle("changed", line.changed && body.dataset.stage === "second reading");
      return item;
    }));
    return list;
  }));
}

// Which line all say now, by the server's clock, as on every phone; -1 before the first and after the last.
function lineNow() {
  const began = saidAt ?? sayAt;
  const gone = Date.now() + skew - (began ?? 0);
  return together() && began && gone >= 0 ? (content?.ends ?? []).findIndex((end) => gone < end) : -1;
}

function markLine() {
  const place = lineNow();
  for (const line of document.querySelectorAll("#text .column li")) line.toggleAttribute("data-now", line.value === place + 1);
}

// Which page of a long text stands: while it is said, from the moment on at which all began; else by the turns.
function pageNow() {
  if (pages.count < 2) return 0;
  if (together()) {
    const lines = Math.ceil(Math.max(1, content?.ends.length ?? 0) / pages.count);
    return lineNow() < 0 ? Math.floor((Date.now() + skew - (saidAt ?? sayAt ?? 0)) / SAYING_PAGE_MS) : Math.floor(lineNow() / lines);
  }
  return Math.floor((languageTurn ?? clockTurn()) / columnTurns());
}

const main = document.querySelector("main");

function fit() {
  fitShown();
  const box = byId("text");
  if (box.hidden) return;
  fitNotes(box);
  const columns = columnsNow();
  const most = Math.max(0, ...columns.map((column) => column.lines.length));
  if (byLine && most > 1) {
    pages = { count: most };
    drawText(columns, pageNow() % most, most);
  } else if (pages.count > 1) {
    pages = { count: 1 }; // there may be more room than before
    drawText(columns, 0, 1);
  }
  let size = fitText(box);
  for (let count = 2; size < LEAST_SIZE && count <= most; count += 1) {
    pages = { count };
    drawText(columns, pageNow() % count, count);
    size = fitText(box);
  }
  fittedHeight = box.clientHeight;
}

// Sets the text as large as it fits; returns the size in units of the screen.
function fitText(box) {
  const across = Number(box.style.getPropertyValue("--across")) || 1;
  for (let size = together() ? 6 : 4; size >= 1; size -= 0.2) {
    box.style.setProperty("--size", size.toFixed(1));
    const gap = parseFloat(getComputedStyle(box).rowGap) || 0;
    const columns = [...box.children];
    let high = -gap;
    for (let place = 0; place < columns.length; place += across) {
      high += gap + Math.max(...columns.slice(place, place + across).map((column) => column.scrollHeight));
    }
    if (high <= box.clientHeight) return size;
  }
  return 1;
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
      read();
      fit();
    } else if (body.dataset.stage === "said" && !body.dataset.saying) {
      body.dataset.saying = String(Date.now() + skew);
      read();
      fit();
    }
    return;
  }
  const left = sayAt - (Date.now() + skew);
  if (left <= 0) {
    if (!body.dataset.saying) {
      body.dataset.saying = String(Date.now() + skew); // when the text appeared, by the server's clock
      line.hidden = true;
      read();
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
  turnLanguages();
  const box = byId("text");
  if (!box.hidden && box.clientHeight !== fittedHeight) text = ""; // what stands around it came or went meanwhile
  if (pages.count > 1 || !text) read();
  markLine();
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
