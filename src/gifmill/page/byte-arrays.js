/** Byte arrays of the file formats that the page writes. */

/** Join byte arrays. */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Encode integers of 16 or 32 bits, unsigned: big-endian as in MP4, or little-endian as in ZIP. */
export function integers(values, bits, isLittleEndian) {
  const view = new DataView(new ArrayBuffer((values.length * bits) / 8));
  values.forEach((value, i) => view[`setUint${bits}`]((i * bits) / 8, value, isLittleEndian));
  return new Uint8Array(view.buffer);
}

/** Encode ASCII. */
export const ascii = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
