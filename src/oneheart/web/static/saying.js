// The saying: at the time that the hosts set, the text fills the screen of every phone at once, by the server's clock and
// also without network. After it the text stays large until this person has said amen.

export class Saying {
  // section: the part of the page with the text; now: returns the time of the server, in milliseconds.
  constructor(section, code, now) {
    this.section = section;
    this.timer = 0;
    this.lines = [...section.querySelectorAll(".text li")];
    this.bar = document.getElementById("pace");
    this.name = `said ${code} ${document.body.dataset.round}`;
    this.now = now;
    this.at(Number(section.dataset.at ?? 0));
    this.lead(Number(section.dataset.said ?? 0)); // the page has loaded again while all say it
  }

  // Take the time at which all say the text, in milliseconds since 1970; 0 for none.
  at(when) {
    this.when = when;
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    this.stillSaying();
    const line = document.getElementById("countdown");
    if (!line) return;
    if (!this.when) {
      delete document.body.dataset.saying;
      return;
    }
    const left = this.when - this.now();
    if (left <= 0) {
      if (document.body.dataset.saying) return;
      document.body.dataset.saying = String(this.now()); // when the text appeared, by the server's clock
      this.lead(this.when);
      this.remember(document.body.dataset.saying);
      line.hidden = true;
      this.section.scrollIntoView({ block: "start" });
      return;
    }
    const seconds = Math.ceil(left / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    line.textContent = this.section.dataset.in.replace("{time}", time);
    this.timer = setTimeout(() => this.look(), Math.min(left, 1000 - (this.now() % 1000) + 5, 1000));
  }

  remember(when) {
    try {
      sessionStorage.setItem(this.name, when);
    } catch {
      // without session storage the page shows the text anyway
    }
  }

  stillSaying() {
    if (document.body.dataset.stage !== "said" || !document.querySelector("form[data-send=amen]")) return;
    let when = null;
    try {
      when = sessionStorage.getItem(this.name);
    } catch {
      when = null;
    }
    document.body.dataset.saying = when ?? String(this.now());
  }

  // Lead through the lines, each for its own time, by the server's clock: so the bar moves for all alike.
  lead(start) {
    const ends = [];
    const leadIn = Number(this.bar?.dataset.lead); // people look up before the first line
    for (const line of this.lines) ends.push((ends[ends.length - 1] ?? leadIn) + Number(line.dataset.ms));
    if (!start || !this.bar || !ends.length) return;
    clearInterval(this.leading);
    const step = () => {
      const gone = this.now() - start;
      const place = ends.findIndex((end) => gone < end);
      const over = place < 0;
      for (const [number, line] of this.lines.entries()) {
        const begins = number === place && !("now" in line.dataset);
        if (number === place && gone >= 0) line.dataset.now = "";
        else delete line.dataset.now;
        if (begins) line.scrollIntoView({ block: "nearest" });
      }
      this.bar.hidden = over;
      document.body.toggleAttribute("data-leading", !over);
      this.bar.value = Math.min(1, Math.max(0, gone / ends[ends.length - 1]));
      if (over) clearInterval(this.leading);
    };
    this.leading = setInterval(step, 200);
    step();
  }
}
