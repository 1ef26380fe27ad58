// Filters and sorts the table of contacts. The page is complete without it.
// Text is only read and compared; nothing that a log brought becomes markup, an address or code.
"use strict";
(() => {
  const table = document.getElementById("contacts-table");
  const controls = document.getElementById("controls");
  if (!table || !controls) {
    return;
  }
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const shown = document.getElementById("shown");
  const byRule = document.getElementById("by-rule");
  const byText = document.getElementById("by-text");
  const boxes = Array.from(controls.querySelectorAll("input[type=checkbox]"));
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const collator = new Intl.Collator(language, { numeric: true });
  const fold = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/\u0111/g, "d").replace(/\s+/g, " ");
  const folded = new Map();

  // What to do says the same words in every row, so it is not searched.
  function textOf(row) {
    let text = folded.get(row);
    if (text === undefined) {
      const parts = [...Array.from(row.cells).slice(0, -1), ...row.querySelectorAll(".reasons, .place")];
      text = fold(parts.map((part) => part.textContent).join(" "));
      folded.set(row, text);
    }
    return text;
  }

  function filter() {
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const rule = byRule.value;
    const wanted = fold(byText.value).trim();
    let count = 0;
    for (const row of rows) {
      const fits =
        verdicts.has(row.dataset.verdict) &&
        (!rule || row.dataset.rules.split(" ").includes(rule)) &&
        (!wanted || textOf(row).includes(wanted));
      if (row.hidden === fits) {
        row.hidden = !fits;
      }
      count += fits ? 1 : 0;
    }
    const sentence = count ? shown.dataset.some : shown.dataset.none;
    const text = sentence.replace("{shown}", number.format(count)).replace("{total}", number.format(rows.length));
    shown.classList.toggle("partial", count < rows.length);
    if (shown.textContent !== text) {
      shown.textContent = text;
    }
  }

  function keyOf(row, column, kind) {
    if (kind === "n" || kind === "rank") {
      return Number(row.dataset[kind]);
    }
    if (kind === "time") {
      return row.dataset.time;
    }
    const cell = row.cells[column];
    const missing = cell.firstElementChild !== null && cell.firstElementChild.matches("span.minor");
    return missing ? "" : cell.textContent.trim();
  }

  function compare(left, right, kind) {
    if (kind === "text") {
      return collator.compare(left, right);
    }
    return left < right ? -1 : left > right ? 1 : 0;
  }

  // What was not given stands last, whichever way the rest is sorted.
  function sort(column, kind, descending) {
    const keyed = rows.map((row) => ({ row, key: keyOf(row, column, kind), n: Number(row.dataset.n) }));
    keyed.sort((left, right) => {
      if ((left.key === "") !== (right.key === "")) {
        return left.key === "" ? 1 : -1;
      }
      const order = compare(left.key, right.key, kind);
      return (descending ? -order : order) || left.n - right.n;
    });
    body.remove(); // rows move much faster while they are drawn nowhere
    body.append(...keyed.map((item) => item.row));
    table.append(body);
  }

  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(column, head.dataset.sort, descending);
    });
  });

  let waiting = 0;
  function filterSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  }

  boxes.forEach((box) => box.addEventListener("change", filter));
  byRule.addEventListener("change", filter);
  byText.addEventListener("input", filterSoon);
  document.getElementById("reset").addEventListener("click", () => {
    boxes.forEach((box) => { box.checked = true; });
    byRule.value = "";
    byText.value = "";
    filter();
  });

  // On paper everything is open; browsers that can do it by style alone need no help.
  if (!CSS.supports("selector(::details-content)")) {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = Array.from(document.querySelectorAll("details:not([open])"));
      opened.forEach((item) => { item.open = true; });
    });
    addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
  }

  controls.hidden = false;
  shown.hidden = false;
  filter();
})();
