/**
 * A decoder of animated WebP for browsers without ImageDecoder: it wraps each frame as a still WebP, which they decode.
 * Source: WebP container specification, "RIFF file format" and "Animation".
 */

import { fourLetters, webpChunks } from "./animation-blocks.js";
import { ascii, concat, integers } from "./byte-arrays.js";

const DISPOSE_TO_BACKGROUND = 1; // flags of a frame
const DO_NOT_BLEND = 2;
const HAS_ALPHA = 0x10; // a flag of VP8X

/**
 * Open a WebP.
 *
 * @param bytes the file
 * @returns {width, height, decodeFrame, close}; animation-decoder.js documents them
 * @throws Error if a frame cannot be decoded
 */
export async function openWebp(bytes) {
  const { width, height, frames } = parse(bytes);
  if (!frames.length) return openStill(bytes);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  let next = 0;

  async function decodeFrame(index) {
    if (index < next) next = 0;
    for (; next <= index; next += 1) {
      const before = frames[next - 1];
      if (!before) context.clearRect(0, 0, width, height);
      else if (before.flags & DISPOSE_TO_BACKGROUND) context.clearRect(...before.box);
      const { box, flags, chunks } = frames[next];
      if (flags & DO_NOT_BLEND) context.clearRect(...box);
      const bitmap = await createImageBitmap(stillFrom(chunks, box));
      context.drawImage(bitmap, box[0], box[1]);
      bitmap.close();
    }
    return canvas;
  }

  return { width, height, decodeFrame, close() {} };
}

async function openStill(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
  const { width, height } = bitmap;
  return { width, height, decodeFrame: async () => bitmap, close: () => bitmap.close() };
}

/** Find the canvas and all frames: {box: [left, top, width, height], flags, chunks}; `chunks` hold the frame's own data. */
function parse(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const uint24 = (at) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  const found = { width: 0, height: 0, frames: [] };
  for (const { type, data, size } of webpChunks(bytes)) {
    if (type === "VP8X") [found.width, found.height] = [uint24(data + 4) + 1, uint24(data + 7) + 1];
    if (type === "ANMF") {
      const box = [2 * uint24(data), 2 * uint24(data + 3), uint24(data + 6) + 1, uint24(data + 9) + 1];
      found.frames.push({ box, flags: view.getUint8(data + 15), chunks: bytes.subarray(data + 16, data + size) });
    }
  }
  return found;
}

/** A still WebP of a frame's chunks. A frame with an alpha chunk needs the extended header. */
function stillFrom(chunks, [, , width, height]) {
  const hasAlphaChunk = fourLetters(chunks, 0) === "ALPH";
  const size = Uint8Array.of(...uint24Bytes(width - 1), ...uint24Bytes(height - 1));
  const header = hasAlphaChunk ? concat(ascii("VP8X"), uint32(10), Uint8Array.of(HAS_ALPHA, 0, 0, 0), size) : [];
  const riff = concat(ascii("RIFF"), uint32(4 + header.length + chunks.length), ascii("WEBP"), header);
  return new Blob([riff, chunks], { type: "image/webp" });
}

const uint24Bytes = (value) => [value & 0xff, (value >> 8) & 0xff, value >> 16];
const uint32 = (value) => integers([value], 32, true);
