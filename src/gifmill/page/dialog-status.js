/** What the sheet says below its GIF: how it is going, what went wrong, and what can be done about it. */

import { t } from "./i18n.js";

const $ = (selector) => document.querySelector(selector);
const button = $("#sheet-act");

let counting;

/** Say it once: all else of the page is out of reach for screen readers while the sheet is open. */
export function say(words) {
  counting = clearInterval(counting);
  if (document.activeElement === button) $("#sheet-title").focus();
  button.hidden = true;
  $("#sheet-wait").textContent = "";
  $("#sheet-said").removeAttribute("data-trouble");
  $("#sheet-status").textContent = words;
}

/** Say what went wrong, with a button for what can be done, if there is something. */
export function trouble(words, action, act) {
  say(words);
  $("#sheet-said").setAttribute("data-trouble", "");
  if (!act) return;
  Object.assign(button, { textContent: action, onclick: act, hidden: false });
}

/** The server is busy: count the seconds down, then ask again. The words are said once, the seconds only seen. */
export function wait(seconds, act) {
  trouble(t.busy, t.tryNow, act);
  let left = seconds;
  const tick = () => {
    if (left <= 0) return act();
    $("#sheet-wait").textContent = t.tryingAgainIn(left);
    left -= 1;
  };
  tick();
  counting = setInterval(tick, 1_000);
}
