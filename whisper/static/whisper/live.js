// The page Live; live_events.js has the socket and the words.
"use strict";

(() => {
  const MOST_ROWS = 500, MOST_TIMES = 500, STEP = 0.5, STEPS = 16, DRAW_EACH = 30;
  const root = document.querySelector("[data-live]");
  const one = (name) => root.querySelector(`[data-${name}]`);
  const { span, apart, clock, duration, words, watch, totals } = LIVE;
  const list = one("events"), counts = new Map(), tallied = { hit: 0, miss: 0 };
  const names = Object.fromEntries([...root.querySelectorAll("[data-kind]")].map((chip) => [chip.dataset.kind, chip]));
  const servers = new Map(), took = [];
  let waiting = [], undrawn = [], drawing = 0, paused = false, last = "";

  const state = (text, good) => { one("state").textContent = text; one("state").classList.toggle("good", good); };

  function row(event) {
    const made = span("div", "", `event ${event.kind}`);
    made.dataset.server = event.server || "";
    made.dataset.of = event.kind;
    const chip = span("span", "", "chip plain kind");
    const icon = span("span", names[event.kind]?.dataset.icon || "circle", "material-symbols-outlined");
    icon.setAttribute("aria-hidden", "true");
    chip.append(icon, event.kind[0].toUpperCase() + event.kind.slice(1));
    made.append(span("time", clock(event.at)), chip, words(event), span("span", duration(event.milliseconds), "number"));
    made.hidden = !isWanted(made);
    return made;
  }

  const isOn = (kind) => !names[kind] || names[kind].getAttribute("aria-pressed") === "true";
  const isWanted = (made) => isOn(made.dataset.of) && (!one("server").value || one("server").value === made.dataset.server);
  const filter = () => { if (list) for (const made of list.children) made.hidden = !isWanted(made); };

  function draw(events) {
    const made = document.createDocumentFragment();
    for (const event of events.toReversed()) made.append(row(event));
    list.prepend(made);
    while (list.children.length > MOST_ROWS) list.lastElementChild.remove();
    one("empty").hidden = list.children.length > 0;
    const shown = Date.now() / 1000;
    if (events.length) list.dataset.behind = String(Math.round((shown - events.at(-1).at) * 1000));
    state(`Connected, ${list.dataset.behind || 0} ms behind`, true);
  }

  // Drawing takes most of the time. What comes meanwhile is drawn together, and of very much only the
  // latest, so that a busy browser falls no further behind.
  function draw_soon(events) {
    undrawn = [...undrawn, ...events].slice(-MOST_ROWS);
    drawing ||= setTimeout(() => {
      const events = undrawn;
      undrawn = [];
      drawing = 0;
      if (paused || list.scrollTop > 40) { waiting = [...waiting, ...events].slice(-MOST_ROWS); show_waiting(); } else draw(events);
    }, DRAW_EACH);
  }

  function tally(event) {
    if (event.kind === "cache") tallied[event.detail === "hit" ? "hit" : "miss"] += 1;
    if (event.kind === "reply" && event.milliseconds !== null) { took.push(event.milliseconds / 1000); if (took.length > MOST_TIMES) took.shift(); }
    if (event.kind === "message" && event.server_name) {
      const held = servers.get(event.server_name) || { id: event.server, count: 0 };
      held.count += 1;
      servers.set(event.server_name, held);
    }
  }

  function draw_figures() {
    const { sums, rate } = totals(counts);
    for (const kind of Object.keys(names)) root.querySelector(`[data-count="${kind}"]`).textContent = (sums[kind] || 0).toLocaleString("en");
    for (const kind of ["message", "recall", "fault"]) root.querySelector(`[data-figure="${kind}"]`).textContent = (sums[kind] || 0).toLocaleString("en");
    root.querySelector('[data-figure="rate"]').textContent = rate;
    root.querySelector('[data-note="fault"]').textContent = `${sums.fallback || 0} fallbacks in 10 minutes`;
    const reads = tallied.hit + tallied.miss;
    root.querySelector('[data-figure="cached"]').textContent = reads ? `${Math.round(100 * tallied.hit / reads)} %` : "–";
    if (!list) return;
    draw_times();
    draw_places();
  }

  function draw_times() {
    const sorted = took.toSorted((a, b) => a - b);
    for (const place of root.querySelectorAll("[data-took]")) {
      const at = sorted[Math.min(Math.floor(sorted.length * place.dataset.took), sorted.length - 1)];
      place.textContent = at === undefined ? "–" : `${at.toFixed(1)} s`;
    }
    const columns = Array(STEPS).fill(0);
    for (const seconds of took) columns[Math.min(Math.floor(seconds / STEP), STEPS - 1)] += 1;
    const most = Math.max(...columns, 1), drawn = one("histogram");
    while (drawn.children.length < STEPS) drawn.append(document.createElement("i"));
    for (const [number, count] of columns.entries()) {
      drawn.children[number].style.height = `${count ? Math.max(100 * count / most, 4) : 1}%`;
      drawn.children[number].title = `${number * STEP} s: ${count}`;
    }
    drawn.setAttribute("aria-label", `${took.length} replies, median ${root.querySelector('[data-took="0.5"]').textContent}`);
  }

  function draw_places() {
    const sorted = [...servers].toSorted((a, b) => b[1].count - a[1].count), select = one("server");
    one("where").replaceChildren(...sorted.slice(0, 8).flatMap(([name, held]) => [apart(span("dt", name)), span("dd", held.count.toLocaleString("en"), "number")]).map((node) => node.tagName === "BDI" ? node.firstChild : node));
    for (const [name, held] of sorted) {
      if (!held.id || [...select.options].some((option) => option.value === held.id)) continue;
      select.append(new Option(name, held.id));
    }
  }

  function show_waiting() {
    const button = one("waiting");
    button.hidden = waiting.length === 0;
    one("waiting-count").textContent = waiting.length ? `${waiting.length === MOST_ROWS ? `${MOST_ROWS} or more` : waiting.length} new: show them` : "";
  }

  const catch_up = () => { if (list) { draw(waiting); waiting = []; show_waiting(); list.scrollTop = 0; } };

  function take(message) {
    if (message.type === "welcome") {
      for (const [second, kinds] of message.seconds) counts.set(second, kinds);
      const gap = one("gap");
      gap.hidden = !message.gap;
      gap.textContent = "The connection was lost for so long that some events are missing here.";
      state("Connected", true);
      draw_figures();
    } else if (message.type === "counts") {
      for (const [second, kinds] of message.seconds) counts.set(second, kinds);
      draw_figures();
    } else if (message.type === "reason") {
      state("Your reason has expired: reload the page to give one again", false);
    } else if (message.type === "events" && list) {
      message.events.forEach(tally);
      last = message.events.at(-1)?.id || last;
      if (message.missed) { one("gap").hidden = false; one("gap").textContent = `Too many at once: ${message.missed} events were left out.`; }
      draw_soon(message.events);
    }
  }

  for (const chip of Object.values(names)) {
    chip.addEventListener("click", () => {
      const on = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(on));
      chip.classList.toggle("set", on);
      filter();
    });
  }
  const pause = () => {
    paused = !paused;
    one("pause").setAttribute("aria-pressed", String(paused));
    one("pause").textContent = paused ? "Continue" : "Pause";
    if (!paused) catch_up();
  };
  one("pause").addEventListener("click", pause);
  one("clear").addEventListener("click", () => { if (list) { list.replaceChildren(); one("empty").hidden = false; } });
  one("waiting").addEventListener("click", catch_up);
  one("server")?.addEventListener("change", filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "p" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea")) pause();
  });
  watch({ take, state, last: () => last });
})();
