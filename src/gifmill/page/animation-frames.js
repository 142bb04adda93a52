/** Frames of a GIF or animated WebP: their delays, the poster frame, and one decoded frame. */

import { gifFrames, isWebp, webpChunks } from "./animation-blocks.js";
import { copyToCanvas } from "./canvas-images.js";

/** The frame that represents a paused GIF: the middle one shows the effect best; some browsers decode only the first. */
export const posterFrame = (delays) => ("ImageDecoder" in window ? Math.floor(delays.length / 2) : 0);

/** Decode one frame to a canvas. A browser without ImageDecoder returns the first frame, whatever the index. */
export async function decodeFrame(blob, index) {
  if (!("ImageDecoder" in window)) return copyAndClose(await createImageBitmap(blob));
  const decoder = new ImageDecoder({ data: await blob.arrayBuffer(), type: blob.type });
  try {
    return copyAndClose((await decoder.decode({ frameIndex: index })).image);
  } finally {
    decoder.close(); // it keeps the whole file in memory
  }
}

function copyAndClose(frame) {
  const canvas = copyToCanvas(frame);
  frame.close();
  return canvas;
}

/** The delay of each frame of a GIF or WebP, in hundredths of a second. */
export const frameDelays = (bytes) => (isWebp(bytes) ? webpDelays(bytes) : gifDelays(bytes));

/** Source: WebP container specification, "Animation"; a WebP without frames is a still image. */
function webpDelays(bytes) {
  const frames = [...webpChunks(bytes)].filter(({ type }) => type === "ANMF");
  const delays = frames.map(({ data }) => (bytes[data + 12] | (bytes[data + 13] << 8) | (bytes[data + 14] << 16)) / 10); // in ms
  return delays.length ? delays : [0];
}

/** Source: GIF89a, section 23. */
const gifDelays = (bytes) =>
  Array.from(gifFrames(bytes), ({ control }) => (control ? bytes[control + 4] | (bytes[control + 5] << 8) : 0));
