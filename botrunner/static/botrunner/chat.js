"use strict";

const talk = document.getElementById("talk");
const form = document.getElementById("say");
const field = document.getElementById("text");
const status = document.getElementById("state");
const FIRST_RETRY_MILLISECONDS = 500;
const LONGEST_RETRY_MILLISECONDS = 15000;
const NOT_SIGNED_IN = 4401;
const STATES = { sending: "Sending…", received: "", answered: "", failed: "No reply came." };

let socket;
let retry = FIRST_RETRY_MILLISECONDS;
let signedOut = false;
let newest = BigInt(talk.dataset.newest);
const lines = new Map(); // By id: what is shown of a message.
const unsent = new Map(); // By id: what the server has not confirmed, in order.
const replies = new Map(); // By id of the question: the line of its reply.

function newId() {
  // 62 random bits, never 0; more than JavaScript's numbers hold, so it travels as text.
  const [number] = crypto.getRandomValues(new BigUint64Array(1));
  return String((number >> 2n) + 1n);
}

function toTheEnd() {
  window.scrollTo(0, document.body.scrollHeight);
}

function line(who, text, before = null) {
  const item = document.createElement("li");
  item.className = who;
  const words = document.createElement("p");
  words.textContent = text; // Never HTML: it is what somebody typed.
  item.append(words);
  talk.insertBefore(item, before);
  toTheEnd();
  return item;
}

function write(item, text) {
  item.querySelector("p").textContent = text;
  toTheEnd();
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
    item.append(note);
  }
  if (state === "received") waitFor(id);
  else if (state === "failed") dropWaiting(id);
}

function againButton(id, item) {
  const button = document.createElement("button");
  button.className = "link";
  button.textContent = "Send again";
  button.addEventListener("click", () => {
    const text = item.querySelector("p").textContent;
    item.remove();
    lines.delete(id);
    say(text);
  });
  return button;
}

function waitFor(id) {
  if (replies.has(id)) return;
  // Right below its question, also if others were asked meanwhile.
  const reply = line("companion", "", lines.get(id)?.nextSibling ?? null);
  reply.classList.add("waiting");
  replies.set(id, reply);
}

function dropWaiting(id) {
  const reply = replies.get(id);
  if (reply?.classList.contains("waiting")) {
    reply.remove();
    replies.delete(id);
  }
}

function show(message) {
  if (message.number !== null && BigInt(message.number) > newest) newest = BigInt(message.number);
  if (message.who === "person") {
    unsent.delete(message.id);
    if (!lines.has(message.id)) lines.set(message.id, line("person", message.text));
    mark(message.id, message.state);
    return;
  }
  if (lines.has(message.id)) return;
  // A reply that was made again after a restart takes the place of the first.
  const reply = replies.get(message.to) ?? line("companion", "");
  reply.classList.remove("waiting");
  write(reply, message.text);
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
    if (reply.classList.contains("waiting")) write(reply, message.text);
  },
  state(message) {
    unsent.delete(message.id);
    mark(message.id, message.state, message.text);
  },
  refused(message) {
    unsent.delete(message.id);
    if (message.id && lines.has(message.id)) mark(message.id, "failed", message.text);
    else line("problem", message.text);
  },
};

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws/chat/`);
  socket.addEventListener("open", () => {
    status.textContent = "";
    retry = FIRST_RETRY_MILLISECONDS;
    socket.send(JSON.stringify({ type: "hello", after: String(newest) }));
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
    status.textContent = "Not connected. Trying again…";
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, LONGEST_RETRY_MILLISECONDS);
  });
}

function tellSignedOut() {
  signedOut = true;
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.textContent = "Sign in";
  status.replaceChildren("You are signed out. ", link, " to continue.");
  form.querySelector("button").disabled = true;
}

function say(text) {
  const id = newId();
  lines.set(id, line("person", text));
  mark(id, "sending");
  unsent.set(id, text);
  // Without a connection it is sent as soon as there is one.
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "say", id, text }));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || signedOut) return;
  say(text);
  field.value = "";
  field.style.height = "";
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

field.addEventListener("input", () => {
  field.style.height = "";
  field.style.height = `${field.scrollHeight}px`;
});

for (const item of talk.querySelectorAll("li[data-id]")) {
  lines.set(item.dataset.id, item);
  if (item.dataset.to) replies.set(item.dataset.to, item);
}
for (const item of talk.querySelectorAll("li.person[data-state=received]")) waitFor(item.dataset.id);

toTheEnd();
connect();
