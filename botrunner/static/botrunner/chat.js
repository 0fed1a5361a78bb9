"use strict";

const talk = document.getElementById("talk");
const log = document.getElementById("content");
const form = document.getElementById("say"); // None on the page of an earlier day.
const field = document.getElementById("text");
const here = document.getElementById("here");
const status = document.getElementById("state");
const drawer = document.getElementById("drawer");
const days = document.getElementById("days");
const FIRST_RETRY_MILLISECONDS = 500;
const LONGEST_RETRY_MILLISECONDS = 15000;
const NOT_SIGNED_IN = 4401;
const STATES = { sending: "Not sent yet", received: "", answered: "", failed: "No reply came." };
// Closer to the end than this, what comes is followed; further up somebody reads.
const NEAR_THE_END = 120;
const UNSENT = "unsent";
const DRAFT = "draft";

let socket;
let retry = FIRST_RETRY_MILLISECONDS;
let signedOut = false;
let newest = BigInt(talk.dataset.newest);
let opener = null; // What opened the drawer, and gets the focus back.
const lines = new Map(); // By id: what is shown of a message.
const unsent = new Map(); // By id: what the server has not confirmed, in order.
const replies = new Map(); // By id of the question: the line of its reply.

function newId() {
  // 62 random bits, never 0; more than JavaScript's numbers hold, so it travels as text.
  const [number] = crypto.getRandomValues(new BigUint64Array(1));
  return String((number >> 2n) + 1n);
}

// This tab's memory of what is typed and not sent, for the case that it is loaded again.
function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Without storage it lives as long as the page.
  }
}

function isNearTheEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
}

function toTheEnd() {
  log.scrollTop = log.scrollHeight;
}

function symbol(name) {
  const icon = document.createElement("span");
  icon.className = "material-symbols-outlined";
  icon.setAttribute("aria-hidden", "true");
  icon.textContent = name;
  return icon;
}

// What a person said stays text. What the companion said comes as HTML, which the server made of
// Markdown and in which everything else is escaped.
function write(item, { text = "", html }) {
  const follows = isNearTheEnd();
  const words = item.querySelector(".words");
  if (html === undefined) words.textContent = text;
  else words.innerHTML = html;
  if (follows) toTheEnd();
}

function line(who, said, before = null) {
  const follows = isNearTheEnd();
  const item = document.createElement("li");
  item.className = who;
  const words = document.createElement("div");
  words.className = "words";
  const under = document.createElement("div");
  under.className = "under";
  const time = document.createElement("time");
  const now = new Date();
  time.dateTime = now.toISOString();
  time.title = now.toLocaleString();
  time.textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  under.append(time);
  item.append(words, under);
  write(item, said);
  talk.insertBefore(item, before);
  if (follows || who === "person") toTheEnd();
  return item;
}

function mark(id, state, why = "") {
  const item = lines.get(id);
  if (!item || (item.dataset.state === "answered" && state === "received")) return;
  item.dataset.state = state;
  item.querySelector(".state")?.remove();
  const words = why || STATES[state];
  if (words) {
    const note = document.createElement("span");
    note.className = "state";
    note.textContent = words;
    if (state === "failed") note.append(" ", againButton(id, item));
    item.querySelector(".under").append(note);
  }
  if (state === "received") waitFor(id);
  else if (state === "failed") dropWaiting(id);
}

function againButton(id, item) {
  const button = document.createElement("button");
  button.className = "link";
  button.textContent = "Send again";
  button.addEventListener("click", () => {
    const text = item.querySelector(".words").textContent;
    item.remove();
    lines.delete(id);
    say(text);
  });
  return button;
}

function waitFor(id) {
  if (replies.has(id)) return;
  // Right below its question, also if others were asked meanwhile.
  const reply = line("companion", {}, lines.get(id)?.nextSibling ?? null);
  reply.classList.add("waiting");
  reply.setAttribute("aria-busy", "true");
  replies.set(id, reply);
}

function dropWaiting(id) {
  const reply = replies.get(id);
  if (reply?.classList.contains("waiting")) {
    reply.remove();
    replies.delete(id);
  }
}

function settle(id) {
  unsent.delete(id);
  keep(UNSENT, [...unsent]);
}

function show(message) {
  if (message.number !== null && BigInt(message.number) > newest) newest = BigInt(message.number);
  if (message.who === "person") {
    settle(message.id);
    if (!lines.has(message.id)) lines.set(message.id, line("person", message));
    mark(message.id, message.state);
    return;
  }
  if (lines.has(message.id)) return;
  // A reply that was made again after a restart takes the place of the first.
  const reply = replies.get(message.to) ?? line("companion", {});
  reply.classList.remove("waiting");
  reply.removeAttribute("aria-busy");
  write(reply, message);
  lines.set(message.id, reply);
  if (message.to) {
    replies.set(message.to, reply);
    mark(message.to, "answered");
  }
}

const TAKE = {
  message: show,
  piece(message) {
    waitFor(message.to);
    const reply = replies.get(message.to);
    if (reply.classList.contains("waiting")) write(reply, message);
  },
  state(message) {
    settle(message.id);
    mark(message.id, message.state, message.text);
    if (message.recalled) offerRecalled(message.id, message.recalled);
  },
  refused(message) {
    settle(message.id);
    if (message.id && lines.has(message.id)) mark(message.id, "failed", message.text);
    else line("problem", message);
  },
};

function tell(words, isHere) {
  here.classList.toggle("off", !isHere);
  status.textContent = words;
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws/chat/`);
  socket.addEventListener("open", () => {
    tell("Here", true);
    retry = FIRST_RETRY_MILLISECONDS;
    const waiting = [...replies].filter(([, one]) => one.classList.contains("waiting"));
    const ids = waiting.map(([id]) => id);
    socket.send(JSON.stringify({ type: "hello", after: String(newest), waiting: ids }));
    for (const [id, text] of unsent) socket.send(JSON.stringify({ type: "say", id, text }));
  });
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    TAKE[message.type]?.(message);
  });
  socket.addEventListener("close", (event) => {
    if (event.code === NOT_SIGNED_IN) {
      tellSignedOut();
      return;
    }
    tell("Not connected. What you write is sent as soon as we are.", false);
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, LONGEST_RETRY_MILLISECONDS);
  });
}

function tellSignedOut() {
  signedOut = true;
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.textContent = "Sign in";
  tell("", false);
  status.replaceChildren("You are signed out. ", link, " to continue; what you wrote stays here.");
  form.querySelector("button").disabled = true;
}

function say(text, id = newId()) {
  lines.set(id, line("person", { text }));
  mark(id, "sending");
  unsent.set(id, text);
  keep(UNSENT, [...unsent]);
  // Without a connection it is sent as soon as there is one.
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "say", id, text }));
}

// What a reply recalled: a button below it, and a drawer that shows it.
function offerRecalled(question, count) {
  const reply = replies.get(question);
  if (!reply || reply.querySelector(".recall")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "recall";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "drawer");
  button.append(symbol("neurology"), `${count} recalled`);
  button.addEventListener("click", () => openDrawer(button, question));
  reply.querySelector(".under").append(button);
}

async function openDrawer(button, question) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  closeDrawer();
  if (isOpen) return;
  opener = button;
  button.setAttribute("aria-expanded", "true");
  const body = document.getElementById("recalled");
  body.textContent = "";
  drawer.hidden = false;
  document.body.classList.add("recalls");
  drawer.querySelector("[data-close]").focus();
  try {
    const answer = await fetch(talk.dataset.recalled.replace("/1/", `/${question}/`));
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.text();
    // Our own page, in which all that anybody said is escaped.
    if (opener === button) body.innerHTML = page;
  } catch {
    body.textContent = "I can't tell right now. Close this and try again.";
  }
}

function closeDrawer() {
  if (drawer.hidden) return;
  drawer.hidden = true;
  document.body.classList.remove("recalls");
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
  opener = null;
}

async function forget(button) {
  if (button.dataset.sure === undefined) {
    button.dataset.sure = "";
    button.textContent = "Forget for good?";
    return;
  }
  const csrf = document.getElementById("recalled").dataset.csrf;
  const headers = { "X-CSRFToken": csrf, Accept: "application/json" };
  try {
    const answer = await fetch(button.dataset.forget, { method: "POST", headers });
    if (!answer.ok) throw new Error(String(answer.status));
    button.replaceWith("Forgotten.");
  } catch {
    button.textContent = "That didn't work. Try again";
  }
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (pressed?.dataset.close !== undefined) closeDrawer();
  else if (pressed?.dataset.forget !== undefined) forget(pressed);
  const opens = pressed?.dataset.days !== undefined;
  if (opens || !event.target.closest("#days")) showDays(opens && !days.classList.contains("open"));
});

function showDays(open) {
  const button = document.querySelector("[data-days]");
  const wasOpen = days.classList.toggle("open", open) !== open;
  button.setAttribute("aria-expanded", String(open));
  if (open && !wasOpen) days.querySelector("a").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!drawer.hidden) closeDrawer();
  else if (days.classList.contains("open")) {
    showDays(false);
    document.querySelector("[data-days]").focus();
  }
});

function listen() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || signedOut) return;
    say(text);
    field.value = "";
    field.style.height = "";
    keep(DRAFT, "");
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  field.addEventListener("input", () => {
    field.style.height = "";
    field.style.height = `${field.scrollHeight + 2}px`;
    keep(DRAFT, field.value);
  });
  field.value = kept(DRAFT) || "";
}

for (const item of talk.querySelectorAll("li[data-id]")) {
  lines.set(item.dataset.id, item);
  if (item.dataset.to) replies.set(item.dataset.to, item);
  if (item.dataset.count) offerRecalled(item.dataset.to, item.dataset.count);
}
for (const item of talk.querySelectorAll("li.person[data-state=received]")) waitFor(item.dataset.id);

toTheEnd();
if (form) {
  listen();
  for (const [id, text] of kept(UNSENT) || []) if (!lines.has(id)) say(text, id);
  connect();
} else {
  tell("", true);
  log.scrollTop = 0;
}
