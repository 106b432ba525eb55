// The reading, one thing on a screen: the page holds all steps, and this shows one of them. An answer that is kept leads to
// the next step. The heading takes the focus, so that a screen reader reads where one is.

const nav = document.getElementById("steps");
const links = [...nav.querySelectorAll("a")];
const names = links.map((link) => link.dataset.step);
const heading = document.getElementById("step");
const goOn = document.getElementById("go-on");
const shown = () => nav.querySelector("[aria-current]").dataset.step;

function show(name, { remember = true } = {}) {
  const place = names.indexOf(name);
  if (place < 0) return;
  for (const part of document.querySelectorAll("[data-at]")) part.hidden = part.dataset.at !== name;
  for (const group of document.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("[data-at]:not([hidden])");
  for (const link of links) link.removeAttribute("aria-current");
  links[place].setAttribute("aria-current", "step");
  heading.textContent = links[place].dataset.title;
  goOn.href = `?at=${names[Math.min(place + 1, names.length - 1)]}`;
  goOn.parentElement.hidden = place === names.length - 1;
  if (remember) history.pushState(null, "", `?at=${name}`);
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

function done(form) {
  const step = form.closest("[data-at]")?.dataset.at;
  const link = links[names.indexOf(step)];
  if (!link) return "";
  if (form.querySelector("[aria-pressed=true]:not([value='0'][name=on])")) {
    link.dataset.done = "";
    link.setAttribute("aria-label", `${link.dataset.title}, ${link.dataset.answered}`);
  } else {
    delete link.dataset.done;
  }
  return step;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-step], #go-on");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const name = new URL(link.href).searchParams.get("at");
  if (!names.includes(name)) return;
  event.preventDefault();
  show(name);
});

document.addEventListener("answered", (event) => {
  const step = done(event.detail);
  const typing = document.activeElement?.matches("textarea") && document.activeElement.closest("[data-at]") !== event.detail.closest("[data-at]");
  if (step && step === shown() && !typing) show(names[Math.min(names.indexOf(step) + 1, names.length - 1)]);
});

addEventListener("popstate", () => show(new URLSearchParams(location.search).get("at") ?? names[0], { remember: false }));
