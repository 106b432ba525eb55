// Every running clock of a page: minutes and seconds below an hour, words above it; `web/clock_words.py` writes them.
const HOUR_MS = 3600000;
const DAY_MS = 24 * HOUR_MS;
const began = Date.now();

function tell(clock) {
  const [end, now, midnight] = ["clockEnd", "clockNow", "clockMidnight"].map((name) => Number(clock.dataset[name]));
  const at = now + Date.now() - Number(clock.dataset.clockRead ?? began); // by the server's clock
  const left = Math.max(0, Math.round((end - at) / 1000));
  const digits = clock.querySelector("[data-clock-digits]");
  const long = end - at >= HOUR_MS;
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (!long && digits.textContent !== time) digits.textContent = time;
  digits.hidden = long;
  for (const words of clock.querySelectorAll("[data-clock-words]")) {
    words.hidden = !long;
    const { wordsToday: today, wordsTomorrow: tomorrow, wordsLater: later } = words.dataset;
    const fit = at >= midnight ? today : at >= midnight - DAY_MS ? tomorrow : later;
    if (long && words.textContent !== fit) words.textContent = fit;
  }
}

const tellAll = () => { for (const clock of document.querySelectorAll("[data-clock-end]")) tell(clock); };
tellAll();
setInterval(tellAll, 250);
