/** A GIF decoder for browsers without ImageDecoder. Source: GIF89a specification; the numbers in comments are its sections. */

import { colourTableBytes, gifFrames } from "./animation-blocks.js";

const MAX_CODES = 4_096;
const CLEAR_TO_BACKGROUND = 2; // disposal methods (23)
const RESTORE_PREVIOUS = 3;
const INTERLACE_PASSES = [[0, 8], [4, 8], [2, 4], [1, 2]]; // first row and step of each pass (appendix E)

/**
 * Open a GIF.
 *
 * @param bytes the file
 * @returns {width, height, decodeFrame, close}; animation-decoder.js documents them
 * @throws Error if it has no frame
 */
export function openGif(bytes) {
  const { width, height, frames } = parse(bytes);
  if (!frames.length) throw new Error("The GIF has no frames.");
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer); // one RGBA pixel each, in the machine's byte order
  let next = 0;
  let dispose = () => {};

  function decodeFrame(index) {
    if (index < next) {
      next = 0;
      pixels.fill(0);
      dispose = () => {};
    }
    for (; next <= index; next += 1) {
      dispose();
      dispose = disposal(frames[next], pixels, width);
      paint(bytes, frames[next], pixels, width, height);
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  return { width, height, decodeFrame: async (index) => decodeFrame(index), close() {} };
}

/** A function that removes a frame before the next one is painted; call this before the frame is painted. */
function disposal({ method, left, top, width, height }, pixels, canvasWidth) {
  if (method === RESTORE_PREVIOUS) {
    const before = pixels.slice();
    return () => pixels.set(before);
  }
  if (method !== CLEAR_TO_BACKGROUND) return () => {};
  return () => {
    const end = Math.min(left + width, canvasWidth);
    for (let y = top; y < top + height; y += 1) pixels.fill(0, y * canvasWidth + left, y * canvasWidth + end); // browsers clear to transparent
  };
}

// ---- the file ---------------------------------------------------------------------------------------------------

/** Find all frames: {left, top, width, height, method, transparent, palette, isInterlaced, offset}; `offset` is that of their data. */
function parse(bytes) {
  const uint16 = (at) => bytes[at] | (bytes[at + 1] << 8);
  const palette = (at, flags) =>
    Uint32Array.from({ length: colourTableBytes(flags) / 3 }, (_, i) => rgba(...bytes.subarray(at + 3 * i, at + 3 * i + 3)));
  const globalPalette = palette(13, bytes[10]); // 18
  const frames = Array.from(gifFrames(bytes), ({ image, control }) => {
    const flags = bytes[image + 9]; // 20
    const local = palette(image + 10, flags);
    return {
      ...{ left: uint16(image + 1), top: uint16(image + 3), width: uint16(image + 5), height: uint16(image + 7) },
      ...controlOf(bytes, control),
      palette: local.length ? local : globalPalette,
      isInterlaced: Boolean(flags & 0x40),
      offset: image + 10 + colourTableBytes(flags),
    };
  });
  return { width: uint16(6), height: uint16(8), frames };
}

/** The disposal method and the transparent index (23). */
function controlOf(bytes, at) {
  if (!at) return { method: 0, transparent: -1 };
  return { method: (bytes[at + 3] >> 2) & 7, transparent: bytes[at + 3] & 1 ? bytes[at + 6] : -1 };
}

const ONE_PIXEL = new Uint8ClampedArray(4);
const PIXEL_VALUE = new Uint32Array(ONE_PIXEL.buffer);

function rgba(red, green, blue) {
  ONE_PIXEL.set([red, green, blue, 255]);
  return PIXEL_VALUE[0];
}

function paint(bytes, frame, pixels, canvasWidth, canvasHeight) {
  const indices = decompress(bytes, frame.offset, frame.width * frame.height);
  const passes = frame.isInterlaced ? INTERLACE_PASSES : [[0, 1]];
  const columns = Math.min(frame.width, canvasWidth - frame.left);
  let row = 0;
  for (const [first, step] of passes) {
    for (let y = first; y < frame.height; y += step, row += 1) {
      if (frame.top + y >= canvasHeight) continue;
      const source = row * frame.width;
      const target = (frame.top + y) * canvasWidth + frame.left;
      for (let x = 0; x < columns; x += 1) {
        const index = indices[source + x];
        if (index !== frame.transparent && index < frame.palette.length) pixels[target + x] = frame.palette[index];
      }
    }
  }
}

/** Decompress LZW (appendix F). Missing pixels of a truncated file are 0. */
function decompress(bytes, offset, count) {
  const indices = new Uint8Array(count);
  const prefixes = new Uint16Array(MAX_CODES);
  const suffixes = new Uint8Array(MAX_CODES);
  const reversed = new Uint8Array(MAX_CODES + 1); // a string is read from its end
  const minBits = bytes[offset];
  const clear = 1 << minBits;
  for (let code = 0; code < clear; code += 1) suffixes[code] = code;
  let free = clear + 2;
  let bits = minBits + 1;
  let previous = -1;
  let first = 0;
  let written = 0;
  let buffer = 0;
  let buffered = 0;
  for (let at = offset + 1; bytes[at] && written < count; at += bytes[at] + 1) {
    for (let i = 1; i <= bytes[at]; i += 1) {
      buffer |= bytes[at + i] << buffered;
      buffered += 8;
      while (buffered >= bits) {
        let code = buffer & ((1 << bits) - 1);
        buffer >>>= bits;
        buffered -= bits;
        if (code === clear) {
          [free, bits, previous] = [clear + 2, minBits + 1, -1];
          continue;
        }
        if (code === clear + 1 || code > free) return indices;
        const current = code;
        let length = 0;
        if (code === free) { // the string that this code is about to define
          reversed[length++] = first;
          code = previous;
        }
        while (code >= clear) {
          reversed[length++] = suffixes[code];
          code = prefixes[code];
        }
        first = suffixes[code];
        reversed[length++] = first;
        while (length && written < count) indices[written++] = reversed[--length];
        if (previous >= 0 && free < MAX_CODES) {
          prefixes[free] = previous;
          suffixes[free] = first;
          free += 1;
          if (free === 1 << bits && bits < 12) bits += 1;
        }
        previous = current;
      }
    }
  }
  return indices;
}
