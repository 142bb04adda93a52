/** Detection of a file's kind by its first bytes, as names and declared types can be wrong, so that only photos are sent. */

import { gifFrames } from "./animation-blocks.js";

const HEAD_BYTES = 256; // as many as the server's detection reads
const ANIMATION_BYTES = 4_000_000; // the second frame of a GIF comes earlier

const text = (bytes, start, end) => String.fromCharCode(...bytes.subarray(start, end));
const startsWith = (...magics) => (head) => magics.some((magic) => text(head, 0, magic.length) === magic);

/** The formats that the server reads. Keep the rules those of photo/formats.py: stricter ones would refuse photos. */
const AVIF_BRANDS = ["avif", "avis"];
const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"];
const BMP_HEADER_SIZES = [12, 16, 40, 52, 56, 64, 108, 124];
const PHOTO_MAGICS = ["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a", "II*\0", "MM\0*", "II+\0", "MM\0+"];

const isRiff = (form) => (head) => text(head, 0, 4) === "RIFF" && text(head, 8, 12) === form;
const isMediaBox = (head) => text(head, 4, 8) === "ftyp"; // ISO/IEC 14496-12, section 4.3
const littleEndian = (head, at) => new DataView(head.buffer, head.byteOffset).getUint32(at, true);
const isBmp = (head) => text(head, 0, 2) === "BM" && head.length >= 18 && BMP_HEADER_SIZES.includes(littleEndian(head, 14));

/** The major brand of an ISO media file, then the compatible ones. */
function brandsOf(head) {
  const end = Math.min(new DataView(head.buffer, head.byteOffset).getUint32(0), head.length);
  const brands = [text(head, 8, 12)];
  for (let at = 16; at < end; at += 4) brands.push(text(head, at, at + 4));
  return brands;
}

const hasPhotoBrand = (head) => isMediaBox(head) && brandsOf(head).some((brand) => [...AVIF_BRANDS, ...HEIC_BRANDS].includes(brand));
const hasBrand = (...prefixes) => (head) => isMediaBox(head) && prefixes.some((prefix) => text(head, 8, 12).startsWith(prefix));

const isPhoto = (head) => [startsWith(...PHOTO_MAGICS), isRiff("WEBP"), isBmp, hasPhotoBrand].some((matches) => matches(head));

/** Other kinds of files that visitors choose, by the key of their name among the texts `fileKinds`. The first match counts. */
const KINDS = [
  ["pdf", startsWith("%PDF-")],
  ["raw", (head) => hasBrand("crx ")(head) || startsWith("FUJIFILM", "FOVb", "IIRO", "IIRS")(head)],
  ["sound", (head) => hasBrand("M4A", "M4B")(head) || isRiff("WAVE")(head)
    || startsWith("ID3", "OggS", "fLaC", "\xff\xfb", "\xff\xf3", "\xff\xf2", "\xff\xf1")(head)],
  ["unknown", hasBrand("mif", "msf", "miaf")], // a picture of a codec that the server does not read
  ["video", (head) => isMediaBox(head) || isRiff("AVI ")(head) || ["moov", "mdat", "wide"].includes(text(head, 4, 8))
    || startsWith("\x1aE\xdf\xa3", "\0\0\x01\xba", "\0\0\x01\xb3", "FLV", "0&\xb2u")(head)],
  ["jxl", startsWith("\xff\x0a", "\0\0\0\x0cJXL ")],
  ["photoshop", startsWith("8BPS")],
  ["document", (head, name) => startsWith("\xd0\xcf\x11\xe0", "{\\rtf")(head)
    || (startsWith("PK\x03\x04")(head) && /\.(docx|xlsx|pptx|od[pst]|pages|key|numbers|epub)$/i.test(name))],
  ["archive", startsWith("PK\x03\x04", "\x1f\x8b", "7z\xbc\xaf", "Rar!")],
  ["svg", (head, name) => text(head, 0, HEAD_BYTES).includes("<svg") || (text(head, 0, 5) === "<?xml" && /\.svg$/i.test(name))],
];

/**
 * Check a file before it is used.
 *
 * @returns {kind?, isAnimated?}: `kind` is what the file is instead of a photo, or "unknown", "empty" or "unreadable"
 */
export async function checkFile(file) {
  try {
    const head = await bytesOf(file, HEAD_BYTES);
    if (!head.length) return { kind: "empty" };
    if (isPhoto(head)) return { isAnimated: await isAnimated(file, head) };
    return { kind: KINDS.find(([, matches]) => matches(head, file.name))?.[0] ?? "unknown" };
  } catch {
    return { kind: "unreadable" }; // it was moved or deleted
  }
}

const bytesOf = async (file, count) => new Uint8Array(await file.slice(0, count).arrayBuffer());

/** Whether a photo has more than one frame. Sources: GIF89a; PNG, "acTL"; WebP container, "VP8X"; AVIF, section 3. */
async function isAnimated(file, head) {
  if (isRiff("WEBP")(head)) return text(head, 12, 16) === "VP8X" && Boolean(head[20] & 2);
  if (isMediaBox(head)) return text(head, 8, 12) === "avis";
  if (text(head, 1, 4) === "PNG") return hasAnimationChunk(await bytesOf(file, ANIMATION_BYTES));
  return text(head, 0, 3) === "GIF" && hasSecondFrame(await bytesOf(file, ANIMATION_BYTES));
}

function hasAnimationChunk(png) {
  const view = new DataView(png.buffer);
  for (let at = 8; at + 8 <= png.length; at += view.getUint32(at) + 12) {
    const type = text(png, at + 4, at + 8);
    if (type === "acTL" || type === "IDAT") return type === "acTL";
  }
  return false;
}

function hasSecondFrame(gif) {
  const [, second] = gifFrames(gif);
  return Boolean(second);
}
