// The phone page: a tap goes into the outbox on this phone first, then to the server, and the page says which of the
// two has happened. "Kept" stands there only after the server has said so. Without this script the same forms go by
// themselves. Works over plain http: no service worker, no secure context.

const body = document.body;
const { code, place } = body.dataset;
const home = `/g/${code}`;
const stateLine = document.getElementById("state");
const sentenceLine = document.getElementById("sentence");
const movedLine = document.getElementById("moved");
const words = document.getElementById("hints").dataset;
const most = Number(body.dataset.most);
const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const jitter = () => 0.75 + Math.random() / 2;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- the outbox: what is not known to be kept yet, on the phone's own disk where it lets us ---

class Outbox {
  constructor() {
    this.memory = new Map();
    this.database = null;
  }

  async open() {
    try {
      this.database = await new Promise((done, failed) => {
        const asked = indexedDB.open("oneheart", 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "key" });
        asked.onsuccess = () => done(asked.result);
        asked.onerror = asked.onblocked = () => failed(asked.error);
      });
    } catch {
      this.database = null;
    }
    return this;
  }

  get lasting() {
    return this.database !== null;
  }

  run(mode, what) {
    return new Promise((done, failed) => {
      const change = this.database.transaction("outbox", mode, { durability: "strict" });
      const asked = what(change.objectStore("outbox"));
      change.oncomplete = () => done(asked.result);
      change.onerror = change.onabort = () => failed(change.error);
    });
  }

  async put(entry) {
    this.memory.set(entry.key, entry);
    if (!this.lasting) return;
    try {
      await this.run("readwrite", (store) => store.put(entry));
    } catch {
      this.database = null; // full or taken away: from now on this page alone holds it, and says so
    }
  }

  async take(key) {
    this.memory.delete(key);
    if (this.lasting) await this.run("readwrite", (store) => store.delete(key)).catch(() => {});
  }

  async all() {
    if (this.lasting) {
      const kept = await this.run("readonly", (store) => store.getAll()).catch(() => []);
      for (const entry of kept) {
        if (entry.code !== code) continue;
        if (entry.place !== place) await this.take(entry.key); // of a seat that is not on this phone any more
        else if (!this.memory.has(entry.key)) this.memory.set(entry.key, entry);
      }
    }
    return [...this.memory.values()].sort((a, b) => a.at - b.at);
  }
}

const outbox = await new Outbox().open();

// --- what the page says of it ---

function say(state) {
  const told = state === "phone" && !outbox.lasting ? "page" : state;
  stateLine.dataset.state = state;
  stateLine.textContent = told ? stateLine.dataset[told] : "";
}

function tell(sentence, why = "") {
  sentenceLine.dataset.why = why;
  sentenceLine.textContent = sentence;
  sentenceLine.hidden = !sentence;
}

const fields = () => [...document.querySelectorAll("textarea")];
const halfTyped = () => fields().some((area) => area.value.trim() !== area.defaultValue.trim());

// --- sending, one after the other, until there is an answer ---

let sending = false;
let pause = 0;
let timer = 0;

async function send(entry) {
  const abort = new AbortController();
  const stop = setTimeout(() => abort.abort(), 15000);
  try {
    const answer = await fetch(entry.path, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(entry.fields).toString(),
      credentials: "same-origin",
      redirect: "error",
      signal: abort.signal,
    });
    if (answer.status >= 500 || answer.status === 429) {
      return { again: Number(answer.headers.get("Retry-After")) || 0 };
    }
    const told = await answer.json();
    if (answer.ok && told.kept === true) return { kept: told };
    if (typeof told.sentence === "string") return { refused: told };
    return { again: 0 };
  } catch {
    return { again: 0 }; // no network, or somebody else's page in its place
  } finally {
    clearTimeout(stop);
  }
}

async function flush() {
  clearTimeout(timer);
  if (sending) return;
  sending = true;
  try {
    for (;;) {
      const [entry] = await outbox.all();
      if (!entry) break;
      say(pause ? "phone" : "sending");
      const outcome = await send(entry);
      if ("again" in outcome) {
        say("phone");
        pause = Math.min(30, Math.max(1, pause * 2, outcome.again));
        timer = setTimeout(flush, 1000 * pause * jitter());
        return;
      }
      pause = 0;
      await outbox.take(entry.key);
      if (outcome.kept) await kept(entry, outcome.kept);
      else refused(entry, outcome.refused);
    }
  } finally {
    sending = false;
  }
  moveOnIfFree();
}

async function kept(entry, answer) {
  if ((await outbox.all()).length === 0) say("kept");
  if (entry.path.endsWith("/respond")) {
    if (document.getElementById("deal") && shownDesire() === entry.fields.desire) await afterResponse(entry, answer);
    else if (!document.getElementById("deal")) wanted = true;
    return;
  }
  const form = formOf(entry);
  if (entry.path.endsWith("/unread")) {
    if (form) release(form);
    if (document.getElementById("deal")) await dealAnother(entry);
    return;
  }
  if (form?.dataset.send) {
    settled(form, entry);
    return;
  }
  if (form) for (const area of form.querySelectorAll("textarea")) area.value = area.defaultValue = "";
  wanted = true; // the page after a desire is the server's: is it yours, or where it waits
}

// What was said to a line of the text stays on the page; other forms of the reading bring the page anew.
function settled(form, entry) {
  release(form);
  for (const area of form.querySelectorAll("textarea")) area.defaultValue = area.value;
  if (!["read", "whole", "challenger"].includes(form.dataset.send)) {
    wanted = true;
    return;
  }
  for (const button of form.querySelectorAll("button[name]")) {
    if (button.value === entry.fields[button.name]) button.setAttribute("aria-pressed", "true");
    else button.removeAttribute("aria-pressed");
  }
  if (form.dataset.send === "whole") return;
  const end = form.dataset.send === "read" ? document.getElementById(`line-${document.querySelectorAll("ol.lines > li").length}`) : null;
  const next = form.closest("li")?.nextElementSibling ?? end;
  next?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

function refused(entry, told) {
  say("");
  tell(told.sentence, told.why);
  const form = formOf(entry);
  if (form) release(form);
  if (entry.path.endsWith("/respond")) {
    dealAnother(entry);
    return;
  }
  if (form?.dataset.send) return;
  const area = form?.querySelector("textarea") ?? document.querySelector("textarea");
  if (area && !area.value.trim()) area.value = entry.fields.text;
  if (area) {
    area.closest("details")?.setAttribute("open", "");
    count(area);
  }
}

// --- cards ---

const shownDesire = () => document.getElementById("deal").dataset.desire;

async function afterResponse(entry, answer) {
  if (entry.adds) {
    location.assign(`${home}?add=${entry.fields.desire}`);
    return;
  }
  if (!answer.next) {
    wanted = true;
    return;
  }
  deal(answer.next);
}

async function dealAnother(entry) {
  const told = await ask().catch(() => ({}));
  if (!document.getElementById("deal") || shownDesire() !== entry.fields.desire) return;
  if (told.next) deal(told.next);
  else if ("next" in told) wanted = true;
}

async function ask() {
  const more = document.querySelector("[data-more], input[name=more]") ? "?more=1" : "";
  const answer = await fetch(home + more, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  return answer.json();
}

function deal(card) {
  const section = document.getElementById("deal");
  const form = section.querySelector("form");
  section.dataset.desire = form.elements.desire.value = String(card.desire);
  form.elements.key.value = newKey();
  const holder = document.getElementById("words");
  const text = document.createElement("bdi");
  text.dir = "auto";
  text.lang = card.lang;
  text.textContent = card.text;
  holder.replaceChildren(text);
  if (card.stem) {
    const stem = document.createElement("span");
    stem.className = "stem";
    stem.dir = "auto";
    stem.lang = card.lang;
    stem.textContent = card.stem;
    holder.prepend(stem);
  }
  const gauge = section.querySelector("progress");
  const line = document.getElementById("progress");
  if (gauge && card.n <= card.of) {
    line.textContent = line.dataset.pattern.replace("{n}", card.n).replace("{of}", card.of);
    gauge.max = card.of;
    gauge.value = card.n - 1;
  } else {
    gauge?.remove();
    line.textContent = line.dataset.beyond.replace("{n}", card.n);
  }
  release(form);
  const foreign = document.getElementById("foreign");
  foreign.hidden = !card.foreign;
  foreign.elements.desire.value = String(card.desire);
  foreign.elements.key.value = newKey();
  release(foreign);
}

function hold(form, button) {
  for (const one of form.querySelectorAll("button")) {
    one.setAttribute("aria-pressed", String(one === button));
    one.setAttribute("aria-disabled", "true");
  }
  for (const area of form.querySelectorAll("textarea")) area.readOnly = true;
  form.dataset.held = "1";
}

function release(form) {
  for (const one of form.querySelectorAll("button")) {
    one.removeAttribute("aria-pressed");
    one.removeAttribute("aria-disabled");
  }
  for (const area of form.querySelectorAll("textarea")) area.readOnly = false;
  delete form.dataset.held;
}

const READING = ["read", "amend", "whole", "challenger", "say-in", "confirm", "amen", "unread"];

function formOf(entry) {
  if (entry.path.endsWith("/respond")) return document.querySelector("form[data-tap]");
  const sends = [...document.querySelectorAll("form[data-send]")].find((form) =>
    new URL(form.action).pathname === entry.path &&
    ["draft", "line", "carried", "desire"].every((name) => (form.elements[name]?.value ?? "") === (entry.fields[name] ?? "")));
  if (READING.includes(entry.path.split("/").pop())) return sends ?? null;
  const of = (form) => (form.elements.grew_from?.value ?? "") === (entry.fields.grew_from ?? "");
  return [...document.querySelectorAll("form[data-outbox]")].find(of) ?? null;
}

function fieldsOf(form, button) {
  const given = Object.fromEntries(new FormData(form));
  if (button?.name) given[button.name] = button.value;
  return given;
}

let pressed = null;

async function submitted(event) {
  const form = event.target;
  if (!form.matches("form[data-tap], form[data-outbox], form[data-send]")) return;
  const button = event.submitter ?? pressed; // older browsers do not say which button it was
  if (form.matches("form[data-tap]") && button?.form !== form) return;
  event.preventDefault();
  if (form.dataset.held) return;
  const given = fieldsOf(form, button);
  if (form.matches("form[data-outbox]")) {
    const area = form.querySelector("textarea");
    const wrong = !area.value.trim() ? words.empty : letters(area.value) > most ? words.long : "";
    if (wrong) {
      hint(area, wrong);
      area.focus();
      return;
    }
  }
  hold(form, button);
  tell("");
  const adds = given.stance === "add";
  if (adds) given.stance = "1";
  given.key = newKey();
  const path = new URL(form.action).pathname;
  await outbox.put({ key: given.key, code, place, path, fields: given, adds, at: Date.now() });
  say("sending");
  pause = 0;
  flush();
}

// --- the field ---

const cutter = "Segmenter" in Intl ? new Intl.Segmenter() : null;
const letters = (text) => (cutter ? [...cutter.segment(text.trim())] : [...text.trim()]).length;

function hint(area, sentence) {
  const line = area.parentElement.querySelector("[data-hint]");
  if (line.textContent !== sentence) line.textContent = sentence;
}

function count(area) {
  const line = area.parentElement.querySelector("[data-count]");
  if (!line) return; // a field of the reading, which counts nothing
  const many = letters(area.value);
  line.textContent = `${many} / ${most}`;
  line.classList.toggle("over", many > most);
  const text = area.value.trim();
  let found = "";
  if (many > most) found = words.long;
  else if (/[.!?…।。！？؟]+\s+\p{L}/u.test(text)) found = words.two;
  else if (/[?？؟]$/u.test(text)) found = words.question;
  else if (/(https?:\/\/|www\.)\S/iu.test(text)) found = words.link;
  hint(area, found);
}

// --- the gathering moves, the page moves with it, unless something would be lost ---

let wanted = false;

async function moveOnIfFree() {
  if (!wanted) return;
  if ((await outbox.all()).length > 0 || halfTyped()) {
    movedLine.hidden = false;
    return;
  }
  location.replace(home + (body.dataset.view === "nothing" ? location.search : ""));
}

let behind = 0;
let clockEnd = 0;

function heard(event) {
  const told = JSON.parse(event.data);
  behind = Date.now() - told.now;
  clockEnd = told.clock_end ?? 0;
  tick();
  const same =
    told.stage === body.dataset.stage &&
    String(told.round) === body.dataset.round &&
    String(Number(told.ended)) === body.dataset.ended &&
    String(told.draft) === body.dataset.draft &&
    String(told.sealed) === body.dataset.sealed;
  sayAt = told.say_at ?? 0;
  moment();
  if (!same) {
    wanted = true;
    moveOnIfFree();
  }
}

function tick() {
  const line = document.getElementById("clock");
  const left = Math.round((clockEnd - (Date.now() - behind)) / 1000);
  line.hidden = !clockEnd || left < 0;
  if (line.hidden) return;
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  line.textContent = words.left.replace("{time}", time);
}

// --- the moment at which all say it: by the server's clock, and without a word from the network ---

let sayAt = Number(document.getElementById("saying")?.dataset.at ?? 0);
let momentTimer = 0;

const saidName = `said ${code} ${body.dataset.round}`;

function remember(when) {
  try {
    sessionStorage.setItem(saidName, when);
  } catch {
    // a phone that remembers nothing shows the text all the same
  }
}

// After the moment the text stays as large as it was, until this person has said amen.
function stillSaying() {
  if (body.dataset.stage !== "said" || !document.querySelector("form[data-send=amen]")) return;
  let when = null;
  try {
    when = sessionStorage.getItem(saidName);
  } catch {
    when = null;
  }
  body.dataset.saying = when ?? String(Date.now() - behind);
}

function moment() {
  clearTimeout(momentTimer);
  stillSaying();
  const section = document.getElementById("saying");
  const line = document.getElementById("countdown");
  if (!section || !line) return;
  if (!sayAt) {
    delete body.dataset.saying;
    return;
  }
  const left = sayAt - (Date.now() - behind);
  if (left <= 0) {
    if (body.dataset.saying) return;
    body.dataset.saying = String(Date.now() - behind); // when it appeared, by the server's clock
    remember(body.dataset.saying);
    line.hidden = true;
    section.scrollIntoView({ block: "start" });
    return;
  }
  const seconds = Math.ceil(left / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  line.textContent = section.dataset.in.replace("{time}", time);
  momentTimer = setTimeout(moment, Math.min(left, 1000 - ((Date.now() - behind) % 1000) + 5, 1000));
}

let stream = null;

function listen() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource(`${home}/events`);
  stream.onmessage = heard;
}

async function look() {
  const section = document.querySelector("[data-wait]");
  while (section) {
    await later(12000 * jitter());
    if (document.visibilityState !== "visible") continue;
    try {
      if ((await ask()).next) {
        wanted = true;
        await moveOnIfFree();
      }
    } catch {
      // no network now; look again later
    }
  }
}

function awake() {
  if (document.visibilityState !== "visible") return;
  listen();
  pause = 0;
  flush();
}

async function begin() {
  document.addEventListener("click", (event) => (pressed = event.target.closest("button")), true);
  document.addEventListener("submit", submitted);
  document.addEventListener("input", (event) => event.target.matches("textarea") && count(event.target));
  for (const area of fields()) count(area);
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stream?.close(); // it slept: begin to listen anew
    awake();
  });
  setInterval(tick, 1000);
  tick();
  moment();
  for (const entry of await outbox.all()) {
    const form = formOf(entry);
    if (!form) continue;
    if (entry.path.endsWith("/respond")) {
      if (shownDesire() === entry.fields.desire) {
        const stance = entry.adds ? "add" : entry.fields.stance;
        hold(form, form.querySelector(`button[value="${CSS.escape(stance)}"]`));
      }
    } else if (form.dataset.send) {
      hold(form, [...form.querySelectorAll("button")].find((one) => one.name && one.value === entry.fields[one.name]));
    } else {
      const area = form.querySelector("textarea");
      if (!area.value) area.value = entry.fields.text;
      count(area);
      hold(form, form.querySelector("button"));
      form.closest("details")?.setAttribute("open", "");
    }
  }
  listen();
  flush();
  look();
  document.documentElement.dataset.ready = "1";
}

// Where anything is missing the forms go by themselves.
const needed = ["fetch", "AbortController", "EventSource", "FormData", "URLSearchParams"];
if (needed.every((name) => name in window) && window.crypto?.getRandomValues) begin();
