/** The status line of the dialog: progress, errors, and a button that handles an error. */

import { t } from "./i18n.js";

const $ = (selector) => document.querySelector(selector);
const button = $("#dialog-action");

let timer;

/** Show and announce a text here, as screen readers reach only the dialog while it is open. */
export function showStatus(text) {
  timer = clearInterval(timer);
  if (document.activeElement === button) $("#dialog-title").focus();
  button.hidden = true;
  $("#dialog-countdown").textContent = "";
  $("#dialog-message").removeAttribute("data-error");
  $("#dialog-status").textContent = text;
}

/** Show an error, with a button if there is something to do about it. */
export function showError(text, action, onAction) {
  showStatus(text);
  $("#dialog-message").setAttribute("data-error", "");
  if (!onAction) return;
  Object.assign(button, { textContent: action, onclick: onAction, hidden: false });
}

/** Count the seconds down while the server is busy, then retry. The countdown is not announced. */
export function showBusy(seconds, onAction) {
  showError(t.busy, t.tryNow, onAction);
  let left = seconds;
  const tick = () => {
    if (left <= 0) return onAction();
    $("#dialog-countdown").textContent = t.tryingAgainIn(left);
    left -= 1;
  };
  tick();
  timer = setInterval(tick, 1_000);
}
