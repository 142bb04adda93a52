/** The blocks of GIFs and the chunks of WebPs: where frames are, without their pixels. */

/** Decode four bytes of ASCII: the type of a chunk. */
export const fourLetters = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));

export const isWebp = (bytes) => fourLetters(bytes, 0) === "RIFF";

/** The size of a GIF's colour table in bytes, from the flags in front of it. Source: GIF89a, sections 18 and 20. */
export const colourTableBytes = (flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/**
 * The frames of a GIF, also of a truncated one.
 *
 * @returns an iterator of {image, control?}: offsets of the image descriptor and of the graphic control extension before it
 *
 * Source: GIF89a, sections 15 to 26.
 */
export function* gifFrames(bytes) {
  let control;
  let at = 13 + colourTableBytes(bytes[10]);
  while (bytes[at] === 0x21 || bytes[at] === 0x2c) {
    if (bytes[at] === 0x21) { // an extension; 0xf9 is the graphic control extension
      if (bytes[at + 1] === 0xf9) control = at;
      at += 2;
    } else {
      yield { image: at, control };
      control = undefined;
      at += 11 + colourTableBytes(bytes[at + 9]); // the image descriptor, its colour table, the code size
    }
    while (bytes[at]) at += bytes[at] + 1; // data sub-blocks
    at += 1;
  }
}

/**
 * The chunks of a WebP.
 *
 * @returns an iterator of {type, data, size}; `data` is the offset of the content, which has `size` bytes
 *
 * Source: WebP container specification, "RIFF file format".
 */
export function* webpChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    yield { type: fourLetters(bytes, at), data: at + 8, size };
    at += 8 + size + (size % 2);
  }
}
