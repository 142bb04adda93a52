/** One tick is one frame, one hour or one second: straight on a ruler, bent round on the wheel. */

import { GRAIN, squareMosaic } from "./canvas-images.js";

export function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Lines at the given places (0 to 1) of a ruler; the first `inked` of them are done or left. */
function drawRuler(ruler, places, inked = places.length) {
  ruler.replaceChildren(...places.map((place, i) => svg("line", {
    x1: `${place * 100}%`, x2: `${place * 100}%`, y1: i % 6 ? "35%" : "0%", y2: "100%", class: i < inked ? "on" : "off",
  })));
}

/** A ruler of `total` equal spaces, of which `left` are left. */
export const drawLeft = (ruler, total, left) =>
  drawRuler(ruler, Array.from({ length: total + 1 }, (_, i) => i / total), left && left + 1);

/** One tick a frame, each where it starts in time, and a playhead that steps from one to the next. */
export function drawFrames(host, delays) {
  const total = delays.reduce((sum, delay) => sum + delay, 0) || 1;
  let sum = 0;
  const places = delays.map((delay) => (sum += delay, (sum - delay) / total));
  const ruler = svg("svg", { class: "ruler" });
  drawRuler(ruler, [...places, 1]);
  const head = document.createElement("span");
  head.className = "playhead";
  host.replaceChildren(ruler, head);
  const keys = places.map((place) => ({ insetInlineStart: `${place * 100}%`, offset: place, easing: "steps(1, end)" }));
  const run = head.animate([...keys, { ...keys.at(-1), offset: 1 }], { duration: total * 10, iterations: Infinity });
  return {
    play() { run.currentTime = 0; run.play(); },
    /** Stand in the middle of a frame. */
    rest(index) { run.pause(); run.currentTime = ((places[index] + (places[index + 1] ?? 1)) / 2) * total * 10; },
  };
}

/**
 * Draw the disc: a window for each grain.
 *
 * @param fill gives what is in the window of that number, or nothing
 */
export function drawWheel(wheel, fill = () => undefined) {
  const ring = { cx: 50, cy: 50, pathLength: 600, transform: "rotate(-90.24 50 50)" };
  const scale = svg("svg", { viewBox: "0 0 100 100" });
  scale.append(
    svg("circle", { ...ring, r: 48.4, "stroke-width": 1.2, "stroke-dasharray": "0.8 7.2" }),
    svg("circle", { ...ring, r: 47.9, "stroke-width": 2.2, "stroke-dasharray": "0.8 39.2" }),
  );
  const windows = GRAIN.map((_, i) => {
    const frame = document.createElement("span");
    frame.className = "window";
    frame.style.setProperty("--i", i);
    const content = fill(i);
    if (content) frame.append(content);
    return frame;
  });
  let turn = wheel.firstElementChild;
  if (!turn) {
    turn = document.createElement("div");
    turn.className = "turn";
    wheel.append(turn);
  }
  turn.replaceChildren(scale, ...windows); // the disc itself stays, so that it goes on turning
}

/**
 * A photo's mosaics on a wheel that has been drawn, coarse to fine. Each is made in a task of its own, since all at once
 * would keep a phone from answering, and all are shown at once, since each time the page is painted anew.
 *
 * @param signal ends it: another photo is to be shown
 */
export async function drawMosaics(wheel, face, signal) {
  const mosaics = [];
  for (const grain of GRAIN) {
    mosaics.push(squareMosaic(face, grain));
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return;
  }
  wheel.querySelectorAll(".window").forEach((frame, i) => frame.replaceChildren(mosaics[i]));
}
