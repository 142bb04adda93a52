/** The status line of the dialog: progress, errors, and a button for what can be done; beside it, undo and reset. */

import { t } from "./i18n.js";

const $ = (selector) => document.querySelector(selector);
const button = $("#dialog-action");

let timer;

/** Show and announce a text here, as screen readers reach only the dialog while it is open. */
export function showStatus(text) {
  timer = clearInterval(timer);
  hideButton(button);
  $("#dialog-countdown").textContent = "";
  $("#dialog-message").removeAttribute("data-error");
  $("#dialog-status").textContent = text;
}

/** Hide a button; its focus moves to the dialog's title. */
export function hideButton(element) {
  if (document.activeElement === element) $("#dialog-title").focus();
  element.hidden = true;
}

/** Show a text with a button. */
export function showChoice(text, action, onAction) {
  showStatus(text);
  Object.assign(button, { textContent: action, onclick: onAction, hidden: false });
}

/** Show an error, with a button if there is something to do about it. */
export function showError(text, action, onAction) {
  if (onAction) showChoice(text, action, onAction);
  else showStatus(text);
  $("#dialog-message").setAttribute("data-error", "");
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
