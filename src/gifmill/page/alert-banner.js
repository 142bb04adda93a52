/** The banner above the page's content: an error, a confirmation or a hint. One at a time. */

import { countDown } from "./countdown.js";
import { $ } from "./dom.js";
import { t } from "./i18n.js";

const region = $("#alert-region");
const template = $("#alert-template").content.firstElementChild;

let stopCountdown = () => {};

export function clear() {
  stopCountdown();
  if (region.contains(document.activeElement)) region.parentElement.focus();
  region.replaceChildren();
}

function show({ title, text, icon, role, action, onAction }) {
  clear();
  const banner = template.cloneNode(true);
  const button = banner.querySelector("button");
  banner.querySelector("use").setAttribute("href", `#i-${icon}`);
  banner.querySelector("strong").textContent = title;
  banner.querySelector(".alert-text").textContent = text;
  button.textContent = action;
  button.onclick = () => { clear(); onAction(); };
  if (role) banner.setAttribute("role", role);
  region.append(banner);
  return banner;
}

export const showError = (title, text, action, onAction) => show({ title, text, action, onAction, icon: "warn", role: "alert" });

export const showDeleted = (title, text, action, onAction) => show({ title, text, action, onAction, icon: "bin" });

/** Show a hint that the visitor can close. */
export const showHint = (title, text) => show({ title, text, action: t.close, onAction: () => {}, icon: "info", role: "alert" });

/** Count down until a time in ms, then retry. Silent for screen readers: the page's live region announces it once. */
export function showBusy(title, text, retryAt, onAction) {
  const banner = show({ title, text, onAction, icon: "wait", action: t.tryNow });
  const countdown = banner.querySelector(".alert-countdown");
  countdown.hidden = false;
  const seconds = Math.max(0, Math.round((retryAt - Date.now()) / 1_000));
  stopCountdown = countDown(seconds, countdown, () => banner.querySelector("button").click());
}
