/** The tray: the photo on its dial, how far its GIFs are, how long it is kept. */

import { GRAIN, copyOf } from "./pictures.js";
import { drawLeft, drawWheel } from "./ticks.js";
import { countOf, timeLeft } from "./words.js";

const HOUR_MS = 3_600_000;
const DAY_H = 24;

const $ = (selector) => document.querySelector(selector);

/** The page's one polite live region: said once, however often it is found to be so. */
export function say(words) {
  if ($("#status").textContent !== words) $("#status").textContent = words;
}

export function tell(words, aloud = words) {
  $("#count").textContent = words;
  say(aloud);
}

export function begin(name) {
  $("#name").textContent = name;
  $("#photo").replaceChildren();
  for (const part of ["#place", "#expiry", "#delete", "#pause"]) $(part).hidden = true;
  $("#dial").removeAttribute("data-milling");
  drawWheel($("#work-wheel"), null);
}

/** The photo in the hub, and in as many windows as a part of it (0 to 1) has been sent. */
export function drawFace(face, sent = 1) {
  if (!$("#photo").hasChildNodes()) {
    const picture = copyOf(face);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", "Your photo");
    $("#photo").append(picture);
  }
  drawWheel($("#work-wheel"), face, Math.max(1, Math.ceil(sent * GRAIN.length)));
}

/** Where the GIFs are to go, in words; empty where that is anywhere. */
export function drawPlace(words) {
  $("#place").hidden = !words;
  $("#place").textContent = words;
}

export function drawState(gifs, paused) {
  tell(countOf(gifs));
  $("#dial").toggleAttribute("data-milling", gifs.some(({ state }) => state === "pending") && !paused);
  $("#pause").hidden = !gifs.some(({ state }) => state === "ready");
  $("#pause span").textContent = paused ? "Play all" : "Pause all";
  $("#pause use").setAttribute("href", paused ? "#i-play" : "#i-pause");
  $("#delete").hidden = false;
}

export function drawExpiry(leftMs) {
  $("#expiry").hidden = false;
  $("#expiry-words").textContent = `Deleted in ${timeLeft(leftMs)}`;
  drawLeft($("#hours"), DAY_H, Math.min(DAY_H, Math.ceil(leftMs / HOUR_MS)));
}
