/** The tray: the photo on its dial, how far its GIFs are, how long it is kept. */

import { GRAIN, copyOf, squareMosaic, thumbOf } from "./canvas-images.js";
import { countOf, t } from "./i18n.js";
import { drawLeft, drawWheel } from "./ruler.js";
import { percent, timeLeft } from "./locale.js";

const HOUR_MS = 3_600_000;
const DAY_H = 24;
const PROGRESS_MS = 2_000; // fifteen GIFs within a second or two are not fifteen announcements

const $ = (selector) => document.querySelector(selector);

let face;
let sent; // as many windows show the photo's mosaics
let told;
let waits = false; // for a network
let progressed = 0; // when progress was announced last
let thumbs = []; // of GIFs that are ready, in the wall's order
let missed; // what was to be said while nobody could hear it

/** The page's one polite live region: said once, however often it is found to be so. */
export function say(words) {
  missed = document.querySelector("dialog[open]") ? words : undefined; // all behind it is inert
  if (missed === undefined && $("#status").textContent !== words) $("#status").textContent = words;
}

/** Nothing lies over the page any more. */
export const sayMissed = () => { if (missed !== undefined) say(missed); };

export function tell(words, aloud = words, waiting = false) {
  [told, waits] = [{ words, aloud }, waiting];
  drawTold();
}

/** What takes a network: while there is none, that is what is said instead. */
export const wait = (words) => tell(words, words, true);

function drawTold() {
  const { words, aloud } = waits && !navigator.onLine ? { words: t.offline, aloud: t.offline } : told;
  $("#count").textContent = words;
  document.title = `${words} \u2013 gifmill`;
  say(aloud);
}

for (const change of ["online", "offline"]) addEventListener(change, () => { if (waits) drawTold(); });

export function begin(name) {
  [face, sent, thumbs, progressed] = [undefined, 0, [], 0];
  $("#name").textContent = name;
  $("#size").textContent = "";
  $("#photo").replaceChildren();
  for (const part of ["#place", "#expiry", "#cancel", "#delete", "#pause"]) $(part).hidden = true;
  $("#dial").removeAttribute("data-milling");
  draw();
}

const draw = () => drawWheel($("#work-wheel"), (i) => thumbs[i] ?? (face && i < sent ? squareMosaic(face, GRAIN[i]) : undefined));

/** The photo in the hub, and in as many windows as a part of it (0 to 1) has been sent. */
export function drawFace(picture, part = 1) {
  const windows = Math.max(1, Math.ceil(part * GRAIN.length));
  if (face === picture && sent === windows) return;
  [face, sent] = [picture, windows];
  if (!$("#photo").hasChildNodes()) {
    const copy = copyOf(face);
    copy.setAttribute("role", "img");
    copy.setAttribute("aria-label", t.yourPhoto);
    $("#photo").append(copy);
  }
  draw();
}

/** A GIF is there: its window shows it. */
export function drawThumb(i, still) {
  thumbs[i] = thumbOf(still);
  draw();
}

/** How much of the photo has left, 0 to 1. Seen, not said: it changes all the time. */
export const drawSent = (part) => { $("#size").textContent = part < 1 ? t.sent(percent(part)) : ""; };

/** How large the photo is, as far as that is known. */
export const drawSize = (size) => { $("#size").textContent = size ? t.pixelsOf(size.width, size.height) : ""; };

/** Where the GIFs are to go, in words; empty where that is anywhere. */
export function drawPlace(words) {
  $("#place").hidden = !words;
  $("#place").textContent = words;
}

/** The photo is on its way, and may still be called back. */
export function sending(on) {
  if (!on && document.activeElement === $("#cancel")) $("#work-title").focus({ preventScroll: true });
  $("#cancel").hidden = !on;
}

/** What is announced of progress: these words, or what was announced a moment ago. */
function progress(words) {
  if (Date.now() - progressed < PROGRESS_MS) return $("#status").textContent;
  progressed = Date.now();
  return words;
}

export function drawState(gifs, paused) {
  const milling = gifs.some(({ state }) => state === "pending");
  const words = countOf(gifs);
  tell(words, milling ? progress(words) : words, milling);
  sending(false);
  $("#dial").toggleAttribute("data-milling", milling && !paused);
  $("#pause").hidden = !gifs.some(({ state }) => state === "ready");
  $("#pause span").textContent = paused ? t.playAll : t.pauseAll;
  $("#pause use").setAttribute("href", paused ? "#i-play" : "#i-pause");
  $("#delete").hidden = false;
}

export function drawExpiry(leftMs) {
  $("#expiry").hidden = false;
  $("#expiry-words").textContent = t.deletedIn(timeLeft(leftMs));
  drawLeft($("#hours"), DAY_H, Math.min(DAY_H, Math.ceil(leftMs / HOUR_MS)));
}
