/** The countdown to the next attempt, while the server is busy. */

import { t } from "./i18n.js";

/** Show the seconds left in an element, then call `onEnd`. Returns a function that stops this. */
export function countDown(seconds, element, onEnd) {
  let left = seconds;
  const tick = () => {
    if (left <= 0) {
      clearInterval(timer);
      return onEnd();
    }
    element.textContent = t.tryingAgainIn(left);
    left -= 1;
  };
  const timer = setInterval(tick, 1_000);
  tick();
  return () => clearInterval(timer);
}
