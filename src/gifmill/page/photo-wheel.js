/** The wheel: a disc with fifteen slots, for pictures of GIFs or mosaics of a photo. */

import { svgElement } from "./ruler.js";

export const WHEEL_SLOTS = 15;

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
  const slots = Array.from({ length: WHEEL_SLOTS }, (_, i) => {
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
