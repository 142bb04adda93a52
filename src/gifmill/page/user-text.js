/** Text options, such as a caption, as GIF addresses hold them: lower-case base32 of UTF-8 (RFC 4648, section 6). */

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"; // pragma: allowlist secret
const DIGIT_BITS = 5;

export const bytesOf = (text) => new TextEncoder().encode(text);

/** Encode a text. */
export function encodeText(text) {
  const bits = [...bytesOf(text)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const digits = bits.match(/.{1,5}/g) ?? [];
  return digits.map((digit) => ALPHABET[parseInt(digit.padEnd(DIGIT_BITS, "0"), 2)]).join("");
}

/** Decode what `encodeText` returned. */
export function decodeText(encoded) {
  const bits = [...encoded].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(DIGIT_BITS, "0")).join("");
  return new TextDecoder().decode(Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2)));
}
