/** The status line of the dialog: progress, errors, a button for the remedy; and the focus inside the dialog. */

import { countDown } from "./countdown.js";
import { $, isFocusLost } from "./dom.js";
import { t } from "./i18n.js";

const button = $("#dialog-action");

let stopCountdown = () => {};

/** Show and announce a text here, as screen readers reach only the dialog while it is open. */
export function showStatus(text) {
  stopCountdown();
  setHidden(button, true);
  $("#dialog-countdown").textContent = "";
  $("#dialog-message").removeAttribute("data-error");
  $("#dialog-status").textContent = text;
}

/** Hide an element or show it. A focus in it moves to the dialog's title. */
export function setHidden(element, isHidden) {
  const hadFocus = element.contains(document.activeElement);
  element.hidden = isHidden;
  if (hadFocus) keepFocus();
}

/** Move the focus to the dialog's title if its element is hidden or inert: the dialog's keys need the focus inside. */
export function keepFocus() {
  if (isFocusLost() && $("#gif-dialog").open) $("#dialog-title").focus();
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
  stopCountdown = countDown(seconds, $("#dialog-countdown"), onAction);
}
