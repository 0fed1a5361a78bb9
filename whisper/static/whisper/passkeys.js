// Say why a passkey wasn't used, where the page has a place for that.
"use strict";
document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey_problem");
  if (!place) return;
  event.preventDefault();
  const refused = event.detail.exception.name === "NotAllowedError";
  place.textContent = refused ? "No passkey was used." : "This browser can't use passkeys here.";
});
