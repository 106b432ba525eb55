// A page beside the phone page follows the gathering: it loads again when name, languages, words or stage change. What is
// typed or opened here is not lost: then a notice says that there is something new.
const notice = document.getElementById("follows");
const { events, settings, version } = notice.dataset;

function busy() {
  if (document.querySelector("main details[open]")) return true;
  const fields = document.querySelectorAll("main input:not([type=hidden]), main textarea");
  return [...fields].some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

const stream = new EventSource(events);
stream.onmessage = (event) => {
  const message = JSON.parse(event.data);
  if (String(message.settings) === settings && String(message.version) === version) return;
  if (busy()) notice.hidden = false;
  else location.reload();
};
