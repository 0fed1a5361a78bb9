// Live on the front page: the latest events in brief, or how many there were for who may not read them.
"use strict";

(() => {
  const MOST_ROWS = 8, DRAW_EACH = 1000, NAMES = {
    message: "Messages", reply: "Replies", recall: "Recalls", cache: "Cache", fallback: "Fallbacks", fault: "Faults",
  };
  const root = document.querySelector("[data-live-panel]");
  const one = (name) => root.querySelector(`[data-${name}]`);
  const { span, clock, words, watch, totals } = LIVE;
  const counts = new Map();
  let shown = [], drawing = 0, paused = false, reads = false, last = "";

  const state = (text) => { one("state").textContent = text; };

  function row(event) {
    const made = span("div", "", `event ${event.kind}`);
    made.append(span("time", clock(event.at).slice(0, 8)), words(event, true));
    return made;
  }

  function figures() {
    const { sums, rate } = totals(counts);
    if (!paused) state(`${rate} per second`);
    return sums;
  }

  function draw() {
    drawing = 0;
    if (paused) return;
    if (reads) {
      one("events").replaceChildren(...shown.map(row));
      one("empty").hidden = shown.length > 0;
    } else {
      const sums = figures();
      one("events").replaceChildren(...Object.entries(NAMES).map(([kind, name]) => {
        const made = span("div", "", "event");
        made.append(span("span", name), span("b", (sums[kind] || 0).toLocaleString("en")));
        return made;
      }));
      one("empty").hidden = true;
      one("counted").hidden = false;
    }
  }

  // However much happens, what is shown changes once a second.
  const draw_soon = () => { drawing ||= setTimeout(draw, DRAW_EACH); };

  function take(message) {
    if (message.type === "events") {
      last = message.events.at(-1)?.id || last;
      const told = message.events.filter((event) => event.kind !== "cache");
      shown = [...told.toReversed(), ...shown].slice(0, MOST_ROWS);
    } else if (message.type === "reason") {
      reads = false;
    } else {
      if (message.type === "welcome") reads = message.reads;
      for (const [second, kinds] of message.seconds) counts.set(second, kinds);
      figures();
      if (reads && message.type === "counts") return;
    }
    draw_soon();
  }

  one("pause").addEventListener("click", () => {
    paused = !paused;
    one("pause").setAttribute("aria-pressed", String(paused));
    one("pause").firstElementChild.textContent = paused ? "play_arrow" : "pause";
    one("pause").lastElementChild.textContent = paused ? "Continue" : "Pause";
    if (paused) state("Paused"); else draw();
  });
  watch({ take, state, last: () => last });
})();
