// What a reader of a page needs, asked of the page as a browser shows it. `audit(doc, dark)` returns a sentence for
// everything that is missing. Contrast and names as in WCAG 2.2: 1.4.3, 1.3.1, 1.1.1, 1.4.10, 2.1.1, 4.1.2.
function audit(doc, dark) {
  const view = doc.defaultView;
  const missing = [];
  const ask = (holds, what) => holds || missing.push(what);
  const described = (e) => `<${e.tagName.toLowerCase()}> "${(e.textContent || "").trim().slice(0, 40)}"`;

  ask(doc.documentElement.lang === "en", "the language of the page");
  ask(doc.title.trim(), "a title");
  ask(doc.querySelectorAll("main").length === 1, "one main landmark");
  ask(doc.querySelectorAll("h1").length === 1, "one heading of the first level");
  let level = 0;
  for (const h of doc.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(h.tagName[1]);
    ask(own <= level + 1, `a level between headings before ${described(h)}`);
    level = own;
  }
  const ids = [...doc.querySelectorAll("[id]")].map((e) => e.id);
  ask(new Set(ids).size === ids.length, `unique ids, twice: ${ids.filter((id, k) => ids.indexOf(id) !== k).slice(0, 3)}`);
  for (const e of doc.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    for (const key of ["aria-labelledby", "aria-describedby"])
      if (e.hasAttribute(key)) ask(doc.getElementById(e.getAttribute(key))?.textContent.trim(), `${key} of ${described(e)}`);
  }

  ask(doc.querySelectorAll("table").length >= 2, "tables");
  for (const t of doc.querySelectorAll("table")) {
    ask(t.caption?.textContent.trim(), `a caption of the table ${described(t)}`);
    for (const th of t.querySelectorAll("th")) ask(["col", "row"].includes(th.scope), `a scope of ${described(th)}`);
    for (const row of t.tBodies[0].rows) ask(row.cells[0].tagName === "TH", `a head of the row ${described(row)}`);
    const region = t.parentElement;
    ask(region.tabIndex === 0 && region.getAttribute("aria-label"), `a table that scrolls by keyboard: ${described(t)}`);
  }
  for (const f of doc.querySelectorAll("figure")) {
    ask(f.querySelector("figcaption")?.textContent.trim().length > 40, "a caption of a figure");
    const svg = f.querySelector("svg");
    ask(svg?.getAttribute("role") === "img" && svg.getAttribute("aria-labelledby"), "a picture with a name");
  }
  for (const b of doc.querySelectorAll("button")) ask(b.textContent.trim(), "a name of a button");
  for (const e of doc.querySelectorAll("[src], link[href]")) ask(false, `a page that needs nothing else: ${described(e)}`);

  // Nothing is cut off at the side, but what scrolls on its own.
  ask(doc.documentElement.scrollWidth <= view.innerWidth, `room: ${doc.documentElement.scrollWidth} of ${view.innerWidth} pixels`);

  const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => text.match(/[\d.]+/g).map(Number);
  const background = (e) => {
    for (; e; e = e.parentElement) {
      const c = colour(view.getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  ask((luminance(background(doc.body)) < 0.1) === dark, `a ${dark ? "dark" : "light"} page`);
  const walk = doc.createTreeWalker(doc.body, view.NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest("svg, script, caption, details:not([open]) > :not(summary)")) continue;
    const [a, b] = [luminance(colour(view.getComputedStyle(e).color)), luminance(background(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    ask(ratio >= 4.5, `contrast of ${described(e)}: ${ratio.toFixed(2)}, 4.5 is the least`);
    ++texts;
  }
  ask(texts > 20, "text");

  // A click on a column's name sorts by it, a second one the other way round.
  for (const t of doc.querySelectorAll("table")) {
    const heads = [...t.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const numbers = () => [...t.tBodies[0].rows].map((r) => Number.parseFloat(r.cells[column].textContent)).filter((n) => !Number.isNaN(n));
      const rows = t.tBodies[0].rows.length;
      for (const sign of [1, -1]) {
        head.querySelector("button")?.click();
        const n = numbers();
        ask(n.every((x, k) => k === 0 || sign * (x - n[k - 1]) >= 0), `order of ${described(head)}: ${n}`);
        ask(head.getAttribute("aria-sort") === (sign > 0 ? "ascending" : "descending"), `aria-sort of ${described(head)}`);
        ask(heads.filter((h) => h.hasAttribute("aria-sort")).length === 1, "one column that sorts");
        ask(t.tBodies[0].rows.length === rows, "all rows after sorting");
      }
    });
  }
  return missing;
}
