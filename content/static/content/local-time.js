// Adds the time in the reader's own time zone to the times of a page. Without this script all times are in UTC.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});

for (const time of document.querySelectorAll("time")) {
  const at = new Date(time.dateTime);
  if (!time.textContent.endsWith("UTC") || at.getTimezoneOffset() === 0) continue;
  const local = format.format(at);
  time.title = `${local} (${zone})`;
  if (!time.closest(".match-head, .line, .note, .empty")) continue;
  const own = document.createElement("span");
  own.className = "local";
  own.textContent = ` (${local} your time)`;
  time.append(own);
}
