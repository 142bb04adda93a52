/** The summary of a photo's progress. */

import { exceedsByteLimit, isComing } from "./gif-options.js";
import { t } from "./i18n.js";

/** Summarise progress: "2 of 25 ready", "9 of 25 ready, scroll for more", "24 of 25 ready, 1 failed", "All 25 ready". */
export function progressText(gifs) {
  const ready = gifs.filter(({ state }) => state === "ready").length;
  if (ready === gifs.length) return t.allReady(ready);
  const failed = gifs.filter(({ state }) => state === "failed");
  const tooLarge = failed.filter(exceedsByteLimit).length;
  const others = failed.length - tooLarge;
  const more = gifs.some(({ state }) => state === "unordered") && !gifs.some(isComing);
  return [
    t.readyCount(ready, gifs.length),
    ...(others ? [t.failedCount(others)] : []),
    ...(tooLarge ? [t.tooLargeCount(tooLarge)] : []),
    ...(more ? [t.scrollForMore] : []),
  ].join(", ");
}
