/**
 * The frames of a GIF or animated WebP, one after the other, with little in memory.
 *
 * Safari has no ImageDecoder (WebCodecs), so there the decoders of gif-decoder.js and webp-decoder.js are loaded.
 */

import { isWebp } from "./animation-blocks.js";
import { frameDelays } from "./animation-frames.js";

/** Browsers show frames of at most 10 ms for 100 ms, since old GIFs have zeros. */
const shownMs = (delayCs) => (delayCs <= 1 ? 100 : Math.round(delayCs * 10));

/**
 * Open an animation.
 *
 * @param blob a GIF or WebP; a still WebP is one frame
 * @returns {width, height, durationsMs, decodeFrame, close}
 *   width, height: of the canvas, in pixels
 *   durationsMs: how long each frame is shown, in milliseconds
 *   decodeFrame: an async function from an index to the full canvas at that frame, as an image for `drawImage`. It is valid
 *     until the next call. Call it in the order of the frames; it may start again at 0.
 *   close: frees the memory
 * @throws Error if the browser cannot decode it
 */
export async function openAnimation(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const durationsMs = frameDelays(bytes).map(shownMs);
  return { ...await openFrames(bytes), durationsMs };
}

async function openFrames(bytes) {
  if ("ImageDecoder" in globalThis) return openNative(bytes);
  if (isWebp(bytes)) return (await import("./webp-decoder.js")).openWebp(bytes);
  return (await import("./gif-decoder.js")).openGif(bytes);
}

async function openNative(bytes) {
  const openDecoder = () => new ImageDecoder({ data: bytes, type: isWebp(bytes) ? "image/webp" : "image/gif" });
  let decoder = openDecoder();
  let last = -1;
  let image;
  const close = () => {
    image?.close();
    decoder.close();
  };
  async function decodeFrame(frameIndex) {
    if (frameIndex <= last) { // Firefox returns a frame a second time as it was closed, so each decoder decodes it once
      close();
      decoder = openDecoder();
    } else image?.close();
    image = undefined;
    last = frameIndex;
    ({ image } = await decoder.decode({ frameIndex }));
    return image;
  }
  try {
    const { displayWidth: width, displayHeight: height } = await decodeFrame(0);
    return { width, height, decodeFrame, close };
  } catch (error) {
    close();
    throw error;
  }
}
