/** Frames of a GIF or animated WebP: their delays, the poster frame, and one decoded frame. */

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
export const frameDelays = (bytes) => (String.fromCharCode(...bytes.subarray(0, 4)) === "RIFF" ? webpDelays(bytes) : gifDelays(bytes));

/** Source: WebP container specification, "RIFF file format" and "Animation"; a WebP without frames is a still image. */
function webpDelays(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delays = [];
  let offset = 12;
  while (offset + 8 <= bytes.length) {
    const size = view.getUint32(offset + 4, true);
    const isFrame = String.fromCharCode(...bytes.subarray(offset, offset + 4)) === "ANMF";
    if (isFrame) delays.push((view.getUint32(offset + 20, true) & 0xffffff) / 10); // 24 bits of milliseconds
    offset += 8 + size + (size % 2);
  }
  return delays.length ? delays : [0];
}

/** Source: GIF89a, sections 18 to 26. */
function gifDelays(bytes) {
  const tableSize = (flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const delays = [];
  let offset = 13 + tableSize(bytes[10]);
  while (offset < bytes.length && bytes[offset] !== 0x3b) {
    if (bytes[offset] === 0x21) { // an extension; 0xf9 is the graphic control extension before each frame
      if (bytes[offset + 1] === 0xf9) delays.push(bytes[offset + 4] | (bytes[offset + 5] << 8));
      offset += 2;
    } else offset += 11 + tableSize(bytes[offset + 9]); // an image descriptor, its colour table, the code size
    while (bytes[offset]) offset += bytes[offset] + 1;
    offset += 1;
  }
  return delays;
}
