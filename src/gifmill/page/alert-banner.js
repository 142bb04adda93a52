/** What went wrong and what can be done, above everything else. One at a time. */

import { t } from "./i18n.js";

const host = document.querySelector("#notices");
const template = document.querySelector("#notice").content.firstElementChild;

let timer;

export function clear() {
  clearInterval(timer);
  if (host.contains(document.activeElement)) host.parentElement.focus();
  host.replaceChildren();
}

function show({ title, text, icon, role, action, act }) {
  clear();
  const notice = template.cloneNode(true);
  const button = notice.querySelector("button");
  notice.querySelector("use").setAttribute("href", `#i-${icon}`);
  notice.querySelector("strong").textContent = title;
  notice.querySelector(".notice-text").textContent = text;
  button.textContent = action;
  button.onclick = () => { clear(); act(); };
  if (role) notice.setAttribute("role", role);
  host.append(notice);
  return notice;
}

export const failure = (title, text, action, act) => show({ title, text, action, act, icon: "warn", role: "alert" });

export const done = (title, text, action, act) => show({ title, text, action, act, icon: "bin" });

/** What is good to know, and hinders nothing. */
export const hint = (title, text) => show({ title, text, action: t.close, act: () => {}, icon: "info", role: "alert" });

/** Count the seconds down, then do it again by itself. Silent for screen readers, but for the page's status. */
export function busy(title, text, seconds, act) {
  const notice = show({ title, text, act, icon: "wait", action: t.tryNow });
  const wait = notice.querySelector(".notice-wait");
  wait.hidden = false;
  let left = seconds;
  const tick = () => {
    wait.textContent = t.tryingAgainIn(left);
    if (left > 0) left -= 1;
    else notice.querySelector("button").click();
  };
  tick();
  timer = setInterval(tick, 1_000);
}
