// The page "Mine" checks by itself that everything this person sent is in the record.

const section = document.getElementById("record");
const line = document.getElementById("record-said");
const said = section.dataset;

function tell(state, sentence) {
  line.dataset.state = state;
  line.textContent = sentence;
  line.classList.toggle("notice", state === "broken" || state === "missing");
}

async function check() {
  tell("checking", said.checking);
  const { Record } = await import(section.dataset.proof);
  const record = new Record(document.body.dataset.code, document.body.dataset.place);
  const result = await record.check();
  section.dataset.found = result.included;
  if (record.kept.broken) tell("broken", said.broken);
  else if (result.missing) tell("missing", said.missing);
  else if (result.state === "later") tell("later", said.later);
  else if (result.included + result.waiting === 0) tell("none", said.none);
  else {
    const sentences = [];
    if (result.included) sentences.push(said.included.replace("{count}", result.included));
    if (result.waiting) sentences.push(said.waiting.replace("{count}", result.waiting));
    tell(result.waiting ? "waiting" : "included", sentences.join(" "));
  }
}

const run = () => check().catch(() => tell("later", said.later));
document.getElementById("record-again").addEventListener("click", run);
run();
