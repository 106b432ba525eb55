(() => {
  const box = document.querySelector(".find");
  if (!box) return;
  const input = box.querySelector("input");
  const output = box.querySelector("output bdi");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = Array.from(document.querySelectorAll(".all > li"), (row) => [row, fold(row.querySelector(".words").textContent)]);
  const rest = document.querySelector("details.rest");
  const search = () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      const matches = words.every((word) => text.includes(word));
      row.hidden = !matches;
      shown += matches;
    }
    if (words.length && rest) rest.open = true; // what matches may stand in the folded part
    output.textContent = words.length ? `${shown} / ${rows.length}` : "";
  };
  input.addEventListener("input", search);
  box.hidden = false;
  search();
})();
