// The phone page. A tap goes into the outbox on this phone first, then to the server, and the page says which of the two
// has happened. It says "Kept" only after the server has confirmed it. Without this script the browser sends the same
// forms. The script works over plain http: it needs no service worker and no secure context.

const body = document.body;
const { code, place } = body.dataset;
const home = `/g/${code}`;
const stateLine = document.getElementById("state");
const sentenceLine = document.getElementById("sentence");
const movedLine = document.getElementById("moved");
const words = document.getElementById("hints").dataset;
const LINK = /(https?:\/\/|www\.)\S|(^|[^\p{L}\p{N}_])@[\p{L}\p{N}_]{2}/iu;
const most = Number(body.dataset.most);
const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const jitter = () => 0.75 + Math.random() / 2;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- the outbox: entries that the server has not confirmed yet, in IndexedDB where that is allowed ---

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
      this.database = null; // the database is full or was deleted: from now on only this page holds the outbox, and says so
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
        if (entry.place !== place) await this.take(entry.key); // belongs to a seat that is not on this phone any more
        else if (!this.memory.has(entry.key)) this.memory.set(entry.key, entry);
      }
    }
    return [...this.memory.values()].sort((a, b) => a.at - b.at);
  }
}

const outbox = await new Outbox().open();

// --- receipts and heads of the record; without its script, or with a wrong one, taps go on as always ---

const record = import(body.dataset.proof).then((proof) => new proof.Record(code, place));

const keepReceipt = (answer) => record.then((kept) => kept.keep(answer)).catch(() => {});

async function seeHead(head) {
  const mine = await record;
  if (mine.kept.head && mine.kept.head.size !== head?.size) await later(3000 * Math.random()); // not all phones at once
  await mine.see(head);
  document.getElementById("broken").hidden = !mine.kept.broken;
}

// --- what the page says about the outbox ---

function say(state) {
  const shown = state === "phone" && !outbox.lasting ? "page" : state;
  stateLine.dataset.state = state;
  stateLine.textContent = shown ? stateLine.dataset[shown] : "";
}

function tell(sentence, why = "") {
  sentenceLine.dataset.why = why;
  sentenceLine.textContent = sentence;
  sentenceLine.hidden = !sentence;
}

const fields = () => [...document.querySelectorAll("textarea")];
const sheetForm = document.querySelector("form[data-send=sheet]");
const sheet = sheetForm && import(sheetForm.dataset.script);
const ticks = () => [...document.querySelectorAll("form[data-send=sheet] :is([type=radio], [type=checkbox])")];
const halfTyped = () =>
  fields().some((area) => !area.disabled && area.value.trim() !== area.defaultValue.trim()) ||
  ticks().some((tick) => !tick.disabled && tick.checked !== tick.defaultChecked);

// --- sending: one entry after the other, with retries until there is an answer ---

const AWAY = new Set(["no seat", "revoked"]); // this phone opens no place now; what it has not sent stays on it

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
      const told = await answer.json().catch(() => null);
      if (told?.why === "moved") tell(told.sentence, told.why);
      return { again: Number(answer.headers.get("Retry-After")) || 0 };
    }
    const result = await answer.json();
    if (answer.ok && result.kept === true) return { kept: result };
    if (typeof result.sentence === "string") return AWAY.has(result.why) ? { away: result } : { refused: result };
    return { again: 0 };
  } catch {
    return { again: 0 }; // no network, or a page that is not from this server, such as a captive portal
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
      if (outcome.away) {
        lost(entry, outcome.away);
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
  keepReceipt(answer);
  if (answer.turned) document.getElementById("turned").hidden = false;
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
    else wanted = true; // the page has other words now
    return;
  }
  if (form?.dataset.send) {
    settled(form, entry);
    return;
  }
  if (form) for (const area of form.querySelectorAll("textarea")) area.value = area.defaultValue = "";
  wanted = true; // after a desire the server chooses the page: similar desires, or a notice
}

// An answer to a line stays on the page; other forms of the reading reload the page.
function settled(form, entry) {
  release(form);
  for (const area of form.querySelectorAll("textarea")) area.defaultValue = area.value;
  for (const tick of form.querySelectorAll("input")) tick.defaultChecked = tick.checked;
  if (!["read", "whole", "challenger"].includes(form.dataset.send)) {
    wanted = true;
    return;
  }
  for (const button of form.querySelectorAll("button[name]")) {
    if (button.value === entry.fields[button.name]) button.setAttribute("aria-pressed", "true");
    else button.removeAttribute("aria-pressed");
  }
  document.dispatchEvent(new CustomEvent("answered", { detail: form })); // the reading goes on to its next step
}

function refused(entry, refusal) {
  say("");
  tell(refusal.sentence, refusal.why);
  const form = formOf(entry);
  if (form) release(form);
  if (entry.path.endsWith("/respond")) {
    dealAnother(entry);
    return;
  }
  if (form && refusal.left) sheet?.then((script) => script.partly(form, entry, refusal.left)).catch(() => {});
  if (form?.dataset.send) return;
  const area = form?.querySelector("textarea") ?? document.querySelector("textarea");
  if (area && !area.value.trim()) area.value = entry.fields.text;
  if (area) {
    area.closest("details")?.setAttribute("open", "");
    count(area);
  }
}

// The place of this phone was opened on another one, erased, or set aside by hosts. What was not sent stays in the outbox of this phone.
function lost(entry, refusal) {
  say("");
  tell(refusal.sentence, refusal.why);
  const area = document.querySelector("textarea");
  if (area && entry.fields.text && !area.value.trim()) area.value = entry.fields.text;
}

// --- cards ---

const shownDesire = () => document.getElementById("deal").dataset.desire;

async function afterResponse(entry, answer) {
  if (entry.adds) {
    location.assign(`${home}?add=${entry.fields.desire}`);
    return;
  }
  if (!answer.next || answer.carry) {
    wanted = true;
    return;
  }
  deal(answer.next);
}

async function dealAnother(entry) {
  const result = await ask().catch(() => ({}));
  if (!document.getElementById("deal") || shownDesire() !== entry.fields.desire) return;
  if (result.next && !result.carry) deal(result.next);
  else if ("next" in result) wanted = true;
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
    const sentence = document.createElement("span");
    const stem = document.createElement("span");
    sentence.className = "sentence";
    sentence.dir = "auto";
    stem.className = "stem";
    stem.lang = card.lang;
    stem.textContent = card.stem;
    sentence.append(stem, text);
    holder.replaceChildren(sentence);
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
  form.hidden = card.foreign; // the page asks first whether they read it
  foreign.elements.desire.value = String(card.desire);
  foreign.elements.language.value = card.lang;
  foreign.elements.key.value = newKey();
  release(foreign);
  if (!document.activeElement?.matches("textarea, input")) holder.focus({ preventScroll: true }); // it is read aloud
}

function hold(form, button) {
  for (const candidate of form.querySelectorAll("button")) {
    candidate.setAttribute("aria-pressed", String(candidate === button));
    candidate.setAttribute("aria-disabled", "true");
  }
  for (const area of form.querySelectorAll("textarea")) area.readOnly = true;
  form.dataset.held = "1";
}

function release(form) {
  for (const button of form.querySelectorAll("button")) {
    button.removeAttribute("aria-pressed");
    button.removeAttribute("aria-disabled");
  }
  for (const area of form.querySelectorAll("textarea")) area.readOnly = false;
  delete form.dataset.held;
}

const READING = ["sheet", "read", "amend", "whole", "challenger", "say-in", "confirm", "amen", "unread", "say-words", "same-words"];

function formOf(entry) {
  if (entry.path.endsWith("/respond")) return document.querySelector("form[data-tap]");
  const sends = [...document.querySelectorAll("form[data-send]")].find((form) =>
    new URL(form.action).pathname === entry.path &&
    ["draft", "line", "carried", "desire"].every((name) => (form.elements[name]?.value ?? "") === (entry.fields[name] ?? "")));
  if (READING.includes(entry.path.split("/").pop()) || entry.path.includes("/circle/paper/")) return sends ?? null;
  const grewFromSame = (form) => (form.elements.grew_from?.value ?? "") === (entry.fields.grew_from ?? "");
  return [...document.querySelectorAll("form[data-outbox]")].find(grewFromSame) ?? null;
}

function fieldsOf(form, button) {
  const fields = Object.fromEntries(new FormData(form));
  if (button?.name) fields[button.name] = button.value;
  return fields;
}

let pressed = null;

async function submitted(event) {
  const form = event.target;
  if (!form.matches("form[data-tap], form[data-outbox], form[data-send]")) return;
  const button = event.submitter ?? pressed; // older browsers have no event.submitter
  if (form.matches("form[data-tap]") && button?.form !== form) return;
  event.preventDefault();
  if (form.dataset.held) return;
  const values = fieldsOf(form, button);
  if (form.matches("form[data-outbox]")) {
    const area = form.querySelector("textarea");
    const wrong = !area.value.trim() ? words.empty : letters(area.value) > most ? words.long : LINK.test(area.value) ? words.link : "";
    if (wrong) {
      hint(area, wrong);
      area.focus();
      return;
    }
  }
  hold(form, button);
  tell("");
  const adds = values.stance === "add";
  if (adds) values.stance = "1";
  values.key = newKey();
  const path = new URL(form.action).pathname;
  await outbox.put({ key: values.key, code, place, path, fields: values, adds, at: Date.now() });
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

// Letters of the scripts that languages are told apart by, as on the server.
const SCRIPTS = [/\p{Script=Hebrew}/gu, /\p{Script=Cyrillic}/gu, /\p{Script=Arabic}/gu, /\p{Script=Latin}/gu];

function script(text) {
  const many = SCRIPTS.map((letter) => (text.match(letter) ?? []).length);
  const most = Math.max(...many);
  return most ? many.indexOf(most) : -1;
}

// Whether a text begins with one of these words, and the word ends there.
const beginsWith = (text, words) => words.split("|")
  .some((word) => word && text.startsWith(word) && !/^[\p{L}\p{M}\p{N}'’׳]/u.test(text.slice(word.length)));

// The wish as others will read it: the same as `entry.before` on the server, by the same lists.
function preview(form) {
  const figure = form?.querySelector(".preview");
  if (!figure) return;
  const roots = form.querySelector(".stems").dataset.roots.split("|");
  const text = form.elements.text.value.trim().replace(/\s+/gu, " ");
  const begun = text.toLowerCase().replace(/^[^\p{L}\p{N}]+/u, "");
  const stem = form.querySelector("[name=stem]:checked");
  const letters = stem?.dataset.attached;
  const first = begun.match(/^[\p{L}\p{M}\p{N}]+/u)?.[0] ?? "";
  const doubled = letters && begun.startsWith(letters) && !roots.includes(first);
  let before = stem?.dataset.before ?? "";
  if (before && beginsWith(begun, stem.dataset.alone)) before = "";
  else if (before && (doubled || beginsWith(begun, stem.dataset.again))) before = form.querySelector("[name=stem][value=want]").dataset.before;
  if (before && script(text) >= 0 && script(text) !== script(before)) before = "";
  if (before && !before.endsWith(" ") && text && !/^\p{L}/u.test(text)) before += "-";
  figure.querySelector(".stem").textContent = before;
  figure.querySelector("bdi").textContent = text;
  figure.hidden = !text;
}

function count(area) {
  preview(area.form);
  const line = area.parentElement.querySelector("[data-count]");
  if (!line) return; // a field of the reading has no counter
  const many = letters(area.value);
  line.textContent = `${many} / ${most}`;
  line.classList.toggle("over", many > most);
  const text = area.value.trim();
  let sentence = "";
  if (many > most) sentence = words.long;
  else if (LINK.test(text)) sentence = words.link;
  else if (/[.!?…।。！？؟]+\s+\p{L}/u.test(text)) sentence = words.two;
  else if (/[?？؟]$/u.test(text)) sentence = words.question;
  hint(area, sentence);
}

// --- the page follows the stage of the gathering, unless typed text would be lost ---

let wanted = false;
let moved = false; // the gathering has gone on, and not only what this page shows of it

// The page loads again by itself: what it says of the last tap is said after that too, and its heading takes the focus.
function tellAfter(state) {
  try {
    sessionStorage.setItem(`told ${code}`, state);
  } catch {
    // without session storage the new page says nothing of it
  }
}

function toldBefore() {
  try {
    const state = sessionStorage.getItem(`told ${code}`);
    sessionStorage.removeItem(`told ${code}`);
    const heading = document.querySelector("h1");
    if (!state || !heading) return;
    if (state === "kept") say(state);
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  } catch {
    // as above
  }
}

async function moveOnIfFree() {
  if (!wanted) return;
  if ((await outbox.all()).length > 0 || halfTyped()) {
    movedLine.hidden = false;
    return;
  }
  tellAfter(stateLine.dataset.state === "kept" ? "kept" : "moved");
  location.replace((body.dataset.page ?? home) + (body.dataset.view === "nothing" || (body.dataset.view === "read" && !moved) ? location.search : ""));
}

// This clock minus the server's, in milliseconds. A page with a text says when it was made; messages are more exact.
let behind = clockBehind();
let clockEnd = 0;

function clockBehind() {
  const made = document.getElementById("saying")?.dataset.now;
  if (!made) return 0;
  const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  return Math.round(Date.now() - (performance.now() - arrived) - Number(made));
}

function heard(event) {
  const message = JSON.parse(event.data);
  behind = Date.now() - message.now;
  clockEnd = message.clock_end ?? 0;
  tick();
  const same =
    message.stage === body.dataset.stage &&
    String(message.round) === body.dataset.round &&
    String(Number(message.ended)) === body.dataset.ended &&
    String(message.draft) === body.dataset.draft &&
    String(message.settings) === body.dataset.settings &&
    String(message.version) === body.dataset.version &&
    String(message.sealed) === body.dataset.sealed;
  sayAt = message.say_at ?? 0;
  saying?.then((part) => part.at(sayAt)).catch(() => {});
  seeHead(message.head).catch(() => {});
  if (!same) {
    wanted = moved = true;
    moveOnIfFree();
  }
}

const OVER_SHOWN = 600; // seconds for which the page says that the time is over

function tick() {
  const line = document.getElementById("clock");
  const left = Math.round((clockEnd - (Date.now() - behind)) / 1000);
  line.hidden = !clockEnd || left < -OVER_SHOWN;
  waitFor(clockEnd);
  if (line.hidden) return;
  const text = left < 0 ? (words.over ?? "") : left < 3600 ? words.left.replace("{time}", minutes(left)) : atTime(clockEnd + behind, left);
  if (line.textContent !== text) line.textContent = text;
}

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// From an hour on the time of day says more than a number of minutes; from half a day on with the day.
function atTime(when, left) {
  const time = new Date(when).toLocaleString(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", ...(left > 43200 ? { weekday: "short" } : {}) });
  return (words.until ?? words.left).replace("{time}", time);
}

// --- a signal by sound and vibration when the time comes, for whoever asks for it ---

const signalButton = document.getElementById("signal");
let awaited = 0;

function waitFor(when) {
  const next = Math.max(when, sayAtNow());
  if (!signalButton || next === awaited) return;
  awaited = next;
  signalButton.parentElement.hidden = !(next > Date.now() - behind);
  if (!signalButton.parentElement.hidden) {
    import(signalButton.dataset.script).then((script) => script.at(signalButton, next + behind)).catch(() => {});
  }
}

// --- the time at which all say the text: by the server's clock, also without network ---

const sayingPart = document.getElementById("saying");
let sayAt = Number(sayingPart?.dataset.at ?? 0);
const sayAtNow = () => sayAt;
const saying = sayingPart && import(sayingPart.dataset.script).then((script) => new script.Saying(sayingPart, code, () => Date.now() - behind));

let stream = null;

function listen() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource(`${home}/events`);
  stream.onmessage = heard;
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) shut().catch(() => {});
  };
}

// The server ended the stream and refuses another one: show why, unless typed text would be lost.
async function shut() {
  const answer = await ask();
  if (!AWAY.has(answer.why)) return;
  if ((await outbox.all()).length > 0 || halfTyped()) tell(answer.sentence, answer.why);
  else location.reload();
}

async function look() {
  const section = document.querySelector("[data-wait]");
  while (section) {
    await later(12000 * jitter());
    if (document.visibilityState !== "visible") continue;
    try {
      const answer = await ask();
      if (answer.next || answer.carry) {
        wanted = true;
        await moveOnIfFree();
      }
    } catch {
      // no network now; try again later
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
  toldBefore();
  document.addEventListener("click", (event) => (pressed = event.target.closest("button")), true);
  document.addEventListener("submit", submitted);
  document.addEventListener("input", (event) => event.target.matches("textarea") && count(event.target));
  document.addEventListener("change", (event) => event.target.matches("[name=stem]") && preview(event.target.form));
  for (const area of fields()) count(area);
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stream?.close(); // restored from the back-forward cache: open the stream again
    awake();
  });
  const shown = document.getElementById("receipt");
  if (shown) keepReceipt({ receipt: shown.dataset.receipt, heads: Number(body.dataset.heads) });
  setInterval(tick, 1000);
  tick();
  for (const entry of await outbox.all()) {
    const form = formOf(entry);
    if (!form) continue;
    if (entry.path.endsWith("/respond")) {
      if (shownDesire() === entry.fields.desire) {
        const stance = entry.adds ? "add" : entry.fields.stance;
        hold(form, form.querySelector(`button[value="${CSS.escape(stance)}"]`));
      }
    } else if (form.dataset.send === "sheet") {
      (await sheet).refill(form, entry);
      hold(form, form.querySelector("#send"));
    } else if (form.dataset.send) {
      hold(form, [...form.querySelectorAll("button")].find((button) => button.name && button.value === entry.fields[button.name]));
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

// If the browser lacks any of these, it sends the forms itself.
const needed = ["fetch", "AbortController", "EventSource", "FormData", "URLSearchParams"];
if (needed.every((name) => name in window) && window.crypto?.getRandomValues) begin();
