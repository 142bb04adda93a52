/** The wheel: a disc with one slot for each mosaic of the photo, or for each of the first GIFs. */

import { MOSAIC_BLOCKS, squareMosaic } from "./canvas-images.js";
import { svgElement } from "./ruler.js";

/**
 * Draw the disc and its slots.
 *
 * @param contentOf returns the content of a slot by its index, or undefined
 */
export function drawWheel(disc, contentOf = () => undefined) {
  const ring = { cx: 50, cy: 50, pathLength: 600, transform: "rotate(-90.24 50 50)" };
  const ticks = svgElement("svg", { viewBox: "0 0 100 100" });
  ticks.append(
    svgElement("circle", { ...ring, r: 48.4, "stroke-width": 1.2, "stroke-dasharray": "0.8 7.2" }),
    svgElement("circle", { ...ring, r: 47.9, "stroke-width": 2.2, "stroke-dasharray": "0.8 39.2" }),
  );
  const slots = MOSAIC_BLOCKS.map((_, i) => {
    const slot = document.createElement("span");
    slot.className = "wheel-slot";
    slot.style.setProperty("--slot", i);
    const content = contentOf(i);
    if (content) slot.append(content);
    return slot;
  });
  let rotor = disc.firstElementChild;
  if (!rotor) {
    rotor = document.createElement("div");
    rotor.className = "wheel-rotor";
    disc.append(rotor);
  }
  rotor.replaceChildren(ticks, ...slots); // the rotor itself stays, so that its animation continues
}

/**
 * Fill the slots of a drawn wheel with a photo's mosaics, coarse to fine. Each mosaic is drawn in a task of its own, as
 * all at once would block a phone; they are inserted together, as each insertion repaints the page.
 *
 * @param signal aborts when the wheel is to show another photo
 */
export async function fillWheel(disc, thumbnail, signal) {
  const mosaics = [];
  for (const blocks of MOSAIC_BLOCKS) {
    mosaics.push(squareMosaic(thumbnail, blocks));
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return;
  }
  disc.querySelectorAll(".wheel-slot").forEach((slot, i) => slot.replaceChildren(mosaics[i]));
}
