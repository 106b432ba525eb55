// Copy, send on and print a text. Without a script the page shows its address and its QR code.
const find = (name) => document.querySelector(`[data-${name}]`);
const told = find("copied");

function offer(name, able, act) {
  const button = find(name);
  if (!button || !able) return;
  button.hidden = false;
  button.addEventListener("click", () => act(button));
}

offer("print", true, () => window.print());
offer("copy", Boolean(navigator.clipboard), async (button) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    told.textContent = button.dataset.done;
  } catch {
    told.textContent = button.dataset.copy; // the browser refused it; the address stands there to be marked
  }
});
offer("share", Boolean(navigator.share), (button) =>
  navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}), // whoever closes it means that
);
