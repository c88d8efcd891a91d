"use strict";
(() => {
  // Scanned text reaches the page through textContent only; the policy of the page refuses every other way.
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = Object.fromEntries(data.columns.map((name, index) => [name, index]));
  const { words, text, findings } = data;
  const SEVERITIES = ["error", "warning", "note"];
  const ROW = 64, SPARE = 6, FEW = 6;
  const byId = (id) => document.getElementById(id);
  const list = byId("list"), rows = byId("rows"), detail = byId("detail"), search = byId("search");

  const el = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    for (const child of children) if (child !== null && child !== "") made.append(child);
    return made;
  };
  const cell = (finding, name) => text[finding[at[name]]];
  const cells = (finding, name) => finding[at[name]].map((number) => text[number]);
  const told = (table, number) => data[table][number].map((cellNumber) => text[cellNumber]);
  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const badge = (finding) => {
    const severity = SEVERITIES[finding[at.severity]];
    return el("span", { class: `badge ${severity}` }, words[severity]);
  };

  // -- filters: what a finding has of each, and what people call it

  const switched = (finding) => (finding[at.off].length + finding[at.on].length ? "with" : "without");
  const FACETS = {
    severity: { of: (f) => [SEVERITIES[f[at.severity]]], name: (value) => words[value] },
    kind: { of: (f) => [cell(f, "kind")], name: (value) => data.names.kind[value] },
    class: { of: (f) => cells(f, "classes"), name: (value) => data.names.class[value] },
    country: { of: (f) => cells(f, "countries"), name: (value) => data.names.country[value] },
    operator: { of: (f) => cells(f, "operators"), name: (value) => (value === "?" ? words.none : value) },
    default: { of: (f) => [f[at.default]], name: (value) => words[value] },
    switch: { of: (f) => [switched(f)], name: (value) => words[value] },
    role: { of: (f) => [cell(f, "role")], name: (value) => data.names.role[value] },
    target: { of: (f) => [String(f[at.target])], name: (value) => data.targets[Number(value)] },
  };
  const selects = Object.keys(FACETS).map((name) => [name, byId(`filter-${name}`)]).filter(([, select]) => select);
  for (const [name, select] of selects) {
    const counts = new Map();
    for (const finding of findings)
      for (const value of FACETS[name].of(finding)) counts.set(value, (counts.get(value) ?? 0) + 1);
    select.append(el("option", { value: "" }, words.all));
    const order = name === "severity" ? SEVERITIES.filter((one) => counts.has(one))
      : [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
    for (const value of order)
      select.append(el("option", { value }, `${FACETS[name].name(value) ?? value} (${counts.get(value)})`));
    select.addEventListener("change", () => filter());
  }
  let haystacks = null;
  const haystack = (finding) => {
    const steps = finding[at.chain].map((number) => told("steps", number).join(" "));
    const places = finding[at.places].map((number) => told("places", number).slice(0, 3).join(" "));
    const parts = ["title", "id", "rule", "api", "place"].map((name) => cell(finding, name));
    return [...parts, ...steps, ...places].join(" ").toLowerCase();
  };

  let shown = [], active = -1, chosen = -1;
  const filter = () => {
    const wanted = selects.filter(([, select]) => select.value !== "");
    const needles = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (needles.length) haystacks ??= findings.map(haystack);
    shown = [];
    for (let index = 0; index < findings.length; index++)
      if (wanted.every(([name, select]) => FACETS[name].of(findings[index]).includes(select.value))
        && needles.every((needle) => haystacks[index].includes(needle))) shown.push(index);
    const numbers = { number: shown.length.toLocaleString(), total: findings.length.toLocaleString() };
    byId("shown").textContent = shown.length ? fill(words.shown, numbers) : words.nothing;
    active = -1;
    list.scrollTop = 0;
    list.removeAttribute("aria-activedescendant");
    rows.style.height = `${shown.length * ROW}px`;
    rows.replaceChildren();
    draw();
    if (shown.length) choose(0); else { chosen = -1; detail.replaceChildren(); }
  };

  // -- the list: only the rows in view exist

  const option = (index) => {
    const finding = findings[shown[index]];
    const under = [data.names.kind[cell(finding, "kind")], cell(finding, "api"), cell(finding, "place")].join(" · ");
    const made = el("div", {
      class: "row", role: "option", id: `row-${index}`, "aria-posinset": index + 1, "aria-setsize": shown.length,
      "aria-selected": index === active ? "true" : "false",
    }, el("div", {}, badge(finding), cell(finding, "title")), el("div", { class: "under" }, under));
    made.style.transform = `translateY(${index * ROW}px)`;
    made.addEventListener("click", () => choose(index));
    return made;
  };
  const draw = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
    const made = [];
    for (let index = first; index < last; index++) made.push(option(index));
    rows.replaceChildren(...made);
  };
  let waiting = false;
  list.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  });
  const choose = (index) => {
    active = Math.max(0, Math.min(index, shown.length - 1));
    const top = active * ROW, bottom = top + ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    draw();
    list.setAttribute("aria-activedescendant", `row-${active}`);
    if (chosen !== shown[active]) { chosen = shown[active]; explain(findings[chosen]); }
  };
  list.addEventListener("keydown", (event) => {
    if (!shown.length || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const moves = {
      ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0,
      End: shown.length - 1,
    };
    if (event.key in moves) choose(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") { detail.focus(); detail.scrollIntoView({ block: "nearest" }); }
    else return;
    event.preventDefault();
  });
  detail.addEventListener("keydown", (event) => { if (event.key === "Escape") list.focus(); });

  // -- one finding

  const part = (title, content) => (content ? [el("h4", {}, title), content] : []);
  const bullets = (items) => (items.length ? el("ul", {}, ...items.map((item) => el("li", {}, ...[item].flat()))) : null);
  const path = (finding, steps) => el("ol", { class: "path" }, ...steps.map((number) => {
    const [role, name, place, note] = told("steps", number);
    return el("li", { class: role in { entry: 1, gate: 1, sink: 1 } ? role : "call" },
      el("span", { class: "what" }, words[`role.${role}`] ?? role), el("code", {}, name), note ? ` (${note})` : null,
      role === "sink" ? el("code", { class: "calls" }, `${cell(finding, "api")}()`) : null,
      el("code", { class: "at" }, place));
  }));
  const destination = (number) => {
    const [address, operator, home, country, region, how, evidence, overrides] = told("places", number);
    const who = `${operator || words.none}${home ? ` (${words.home} ${home})` : ""}`;
    const where = `${words.data_in} ${country || words.none}${region ? `, ${region}` : ""}`;
    return [el("code", {}, address || words.none), ` · ${who} · ${where} · ${how}`, el("small", {}, evidence),
      overrides ? el("small", {}, `${words.redirect}: ${overrides}`) : null].filter((item) => item !== null);
  };
  const fields = (name, parts) => {
    const items = parts.map(([, label, place, guards]) => [el("code", {}, label), guards ? ` [${guards}]` : "",
      place ? el("code", { class: "quiet" }, ` ${place}`) : ""]);
    const told = parts.length === 1 ? [el("strong", {}, name), " ", ...items[0]] : null;
    return told ?? el("details", parts.length <= FEW ? { open: "" } : {},
      el("summary", {}, el("strong", {}, name), ` (${parts.length})`), bullets(items));
  };
  const gate = (number) => {
    const [setting, rule] = told("gates", number);
    return [el("code", { class: "off" }, setting), rule ? ` (${rule})` : ""];
  };
  const need = (number) => {
    const [home, status, needs, cited] = told("assessments", number);
    return [el("strong", {}, `${home}: ${status}`), ` ${needs} `, el("small", {}, cited)];
  };
  const facts = (finding) => {
    const named = [
      [words.when, `${cell(finding, "trigger")}, ${words[finding[at.default]]}`],
      [words.kind, data.names.kind[cell(finding, "kind")]], [words.scenario, cell(finding, "scenario")],
      [words.confidence, cell(finding, "confidence")], [words.id, `${cell(finding, "id")} · ${cell(finding, "rule")}`],
      [words.accepted, cell(finding, "suppressed")],
      [words.target, data.targets.length > 1 ? data.targets[finding[at.target]] : ""],
    ];
    return el("dl", { class: "facts" }, ...named.filter(([, value]) => value)
      .flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  };
  const leaves = (finding) => {
    const groups = new Map();
    for (const part of finding[at.fields].map((number) => told("fields", number)))
      groups.set(part[0], [...(groups.get(part[0]) ?? []), part]);
    const items = [...[...groups].map(([name, parts]) => fields(name, parts)), ...cells(finding, "sdk").map((name) => `${name} (${words.sdk})`)];
    return bullets(items.length ? items : [words.metadata]);
  };
  const explain = (finding) => {
    const rule = data.rules[cell(finding, "rule")];
    const source = cell(finding, "source");
    const about = rule ? el("details", {}, el("summary", {}, `${words.rule}: ${rule[0]}`),
      ...rule[1].map((paragraph) => el("p", {}, paragraph))) : null;
    const others = finding[at.others].map((steps) => el("details", {},
      el("summary", {}, `${words.other}: `, el("code", {}, steps.length ? told("steps", steps[0])[1] : words.none)),
      path(finding, steps)));
    const off = bullets(finding[at.off].map(gate)), on = bullets(finding[at.on].map(gate));
    detail.replaceChildren(
      el("h3", {}, badge(finding), ` ${cell(finding, "title")}`), facts(finding),
      ...part(words.path, path(finding, finding[at.chain])), ...others,
      ...part(words.source, source ? el("pre", {}, source) : null),
      ...part(words.leaves, leaves(finding)),
      ...part(words.goes, bullets(finding[at.places].length ? finding[at.places].map(destination) : [words.none])),
      ...part(words.switch, off), ...part(words.opt_in, on), ...part(words.switch, off || on ? null : el("p", {}, words.without)),
      ...part(words.needs, bullets(finding[at.assessments].map(need))),
      ...part(words.advice, bullets(cells(finding, "remedies"))),
      ...part(words.verdicts, bullets(cells(finding, "verdicts"))), about ?? "");
  };

  // -- the rest of the page

  let typing = 0;
  search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filter, 120); });
  const clear = () => { search.value = ""; for (const [, select] of selects) select.value = ""; };
  byId("clear").addEventListener("click", () => { clear(); filter(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href='#findings']");
    if (!link) return;
    const wanted = selects.filter(([name]) => name in link.dataset);
    if (!wanted.length) return;
    clear();
    for (const [name, select] of wanted) select.value = link.dataset[name];
    filter();
    list.focus();
  });
  const theme = byId("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  filter();
  const linked = decodeURIComponent(location.hash.slice(1)).replace(/^finding-/, "");
  const wanted = findings.findIndex((finding) => linked && cell(finding, "id").startsWith(linked));
  if (linked.length > 5 && wanted >= 0) { choose(wanted); byId("findings").scrollIntoView(); }
})();
