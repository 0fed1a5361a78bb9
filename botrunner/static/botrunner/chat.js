"use strict";

const talk = document.getElementById("talk");
const form = document.getElementById("say");
const field = document.getElementById("text");
const state = document.getElementById("state");
const FIRST_RETRY_MILLISECONDS = 500;
const LONGEST_RETRY_MILLISECONDS = 15000;

let socket;
let retry = FIRST_RETRY_MILLISECONDS;
let reply = null; // The line that is being written.

function line(who, text) {
  const item = document.createElement("li");
  item.className = who;
  const words = document.createElement("p");
  words.textContent = text; // Never HTML: it is what somebody typed.
  item.append(words);
  talk.append(item);
  window.scrollTo(0, document.body.scrollHeight);
  return item;
}

function take(message) {
  if (message.type === "error") {
    reply?.remove();
    reply = null;
    line("problem", message.text);
    return;
  }
  reply ??= line("companion", "");
  const words = reply.querySelector("p");
  words.textContent = message.type === "piece" ? words.textContent + message.text : message.text;
  reply.classList.toggle("waiting", message.type === "piece");
  if (message.type === "reply") reply = null;
  window.scrollTo(0, document.body.scrollHeight);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws/chat/`);
  socket.addEventListener("open", () => {
    state.textContent = "";
    retry = FIRST_RETRY_MILLISECONDS;
  });
  socket.addEventListener("message", (event) => take(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    state.textContent = "Not connected. Trying again…";
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, LONGEST_RETRY_MILLISECONDS);
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || socket.readyState !== WebSocket.OPEN) return;
  line("person", text);
  reply = line("companion", "");
  reply.classList.add("waiting");
  socket.send(JSON.stringify({ text }));
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

window.scrollTo(0, document.body.scrollHeight);
connect();
