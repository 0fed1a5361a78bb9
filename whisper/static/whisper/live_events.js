// What happens, as the page Live and the front page show it: it comes over a socket, and is drawn as
// text, never as markup.
"use strict";

const LIVE = (() => {
  const KEPT_SECONDS = 600, RATE_SECONDS = 10;
  const span = (tag, text, kind) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const link = (text, href) => {
    if (!href) return span("b", text);
    const made = span("a", text);
    made.href = href;
    return made;
  };
  const apart = (node) => { const made = document.createElement("bdi"); made.append(node); return made; };
  const clock = (at) => new Date(at * 1000).toLocaleTimeString("en-GB") + "." + String(Math.floor(at * 1000) % 1000).padStart(3, "0");
  const duration = (milliseconds) => milliseconds === null ? "" : milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;

  // In brief, what somebody wrote is left out.
  function words(event, brief) {
    const line = span("span", "", "text"), add = (...nodes) => line.append(...nodes);
    const who = () => apart(link(event.who, event.person));
    const said = () => {
      if (event.text) return apart(span("span", `“${event.text}”`));
      return span("span", `${event.hidden || "not kept"}, ${event.length} characters`, "chip plain");
    };
    const where = () => event.where === "direct message" ? link("a direct message", event.link) : link(event.where, event.link);
    if (!event.who) add(event.kind === "cache" ? `Recent messages ${event.detail === "hit" ? "found in the cache" : "read from the database"}` : event.detail || event.kind);
    else if (event.kind === "message") add(who(), brief ? " wrote in " : " in ", where(), ...(brief ? [] : [": ", said()]));
    else if (event.kind === "reply") add("Replied to ", who(), " in ", where(), ...(brief ? [] : [": ", said()]));
    else if (event.kind === "recall") add(event.count ? `${event.count} ${event.count === 1 ? "memory" : "memories"} for ` : "Nothing came to mind for ", who(), event.best ? `, best ${event.best.toFixed(2)}` : "");
    else add(event.detail, " for ", who(), " in ", where());
    return line;
  }

  // Calls `take` with each message and `state` with how the connection is; continues after `last()`.
  function watch({ take, state, last }) {
    let tries = 0;
    const connect = () => {
      const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live/`);
      socket.addEventListener("open", () => { tries = 0; socket.send(JSON.stringify({ type: "hello", after: last() })); });
      socket.addEventListener("message", (event) => take(JSON.parse(event.data)));
      socket.addEventListener("close", (event) => {
        if (event.code === 4403) { state("You are signed out, or may not watch any more", false); return; }
        tries += 1;
        const seconds = Math.min(2 ** tries, 30) / 2;
        state(`Not connected; trying again in ${Math.ceil(seconds)} s`, false);
        setTimeout(connect, seconds * 1000);
      });
    };
    connect();
  }

  // Adds up the last ten minutes of `counts` (by second, then kind), and drops what is older.
  function totals(counts) {
    const now = Math.floor(Date.now() / 1000), sums = {};
    let recent = 0;
    for (const [second, kinds] of counts) {
      if (second < now - KEPT_SECONDS) { counts.delete(second); continue; }
      for (const [kind, count] of Object.entries(kinds)) {
        sums[kind] = (sums[kind] || 0) + count;
        if (second >= now - RATE_SECONDS) recent += count;
      }
    }
    return { sums, rate: (recent / RATE_SECONDS).toFixed(1) };
  }

  return { span, apart, clock, duration, words, watch, totals };
})();
