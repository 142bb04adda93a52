/** Pictures drawn in the browser: a photo's mosaics, and frames of a GIF. */

const FACE_PX = 480;

/** Blocks across, coarse to fine: what the mill does to a photo that waits. */
export const GRAIN = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 19, 24, 32, 48, 128];

const widthOf = (source) => source.naturalWidth ?? source.displayWidth ?? source.width;
const heightOf = (source) => source.naturalHeight ?? source.displayHeight ?? source.height;

function draw(source, width, height, crop = [0, 0, widthOf(source), heightOf(source)]) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, ...crop, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A photo that has been decoded, as a small canvas. */
export function faceFrom(bitmap, longestPx = FACE_PX) {
  const [width, height] = [widthOf(bitmap), heightOf(bitmap)];
  const scale = Math.min(1, longestPx / Math.max(width, height));
  return draw(bitmap, width * scale, height * scale);
}

/** Look at a photo, decoded; what `see` returns, or null where this browser cannot decode it (HEIC outside Safari). */
export async function seen(source, see) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(source);
  } catch {
    return null;
  }
  const found = see(bitmap);
  bitmap.close();
  return found;
}

/** A photo as a small canvas, or null likewise. */
export const faceOf = (source) => seen(source, faceFrom);

/** A canvas as small as its mosaic: CSS scales it up. */
export function mosaic(face, blocks) {
  const canvas = draw(face, blocks, (blocks * face.height) / face.width);
  canvas.className = "mosaic";
  return canvas;
}

/** The middle of the photo as a square mosaic, for a window of the wheel. */
export function squareMosaic(face, blocks) {
  const side = Math.min(face.width, face.height) * 0.86;
  const canvas = draw(face, blocks, blocks, [(face.width - side) / 2, (face.height - side) / 2, side, side]);
  canvas.className = "mosaic";
  return canvas;
}

/** The middle of a picture, small enough for a window. */
export function thumbOf(picture, px = 96) {
  const side = Math.min(picture.width, picture.height);
  return draw(picture, px, px, [(picture.width - side) / 2, (picture.height - side) / 2, side, side]);
}

export const copyOf = (face) => draw(face, face.width, face.height);

/** The frame that stands for a GIF which stands still: the middle one says most; some browsers give only the first. */
export const tellingFrame = (delays) => ("ImageDecoder" in window ? Math.floor(delays.length / 2) : 0);

/** One frame of a GIF or WebP, standing still. A browser without ImageDecoder gives the first, whichever was asked for. */
export async function stillOf(blob, index) {
  if (!("ImageDecoder" in window)) return copied(await createImageBitmap(blob));
  const decoder = new ImageDecoder({ data: await blob.arrayBuffer(), type: blob.type });
  try {
    return copied((await decoder.decode({ frameIndex: index })).image);
  } finally {
    decoder.close(); // it holds the whole file
  }
}

function copied(frame) {
  const canvas = draw(frame, widthOf(frame), heightOf(frame));
  frame.close();
  return canvas;
}

/** The delay of each frame of a GIF or WebP, in hundredths of a second. */
export const delaysOf = (bytes) => (String.fromCharCode(...bytes.subarray(0, 4)) === "RIFF" ? delaysOfWebp(bytes) : delaysOfGif(bytes));

/** Source: WebP container specification, "RIFF file format" and "Animation"; a WebP without frames is a still one. */
function delaysOfWebp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delays = [];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at + 4, true);
    const isFrame = String.fromCharCode(...bytes.subarray(at, at + 4)) === "ANMF";
    if (isFrame) delays.push((view.getUint32(at + 20, true) & 0xffffff) / 10); // in milliseconds, 24 bits
    at += 8 + size + (size % 2);
  }
  return delays.length ? delays : [0];
}

/** Source: GIF89a, sections 18 to 26. */
function delaysOfGif(bytes) {
  const tableSize = (flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const delays = [];
  let at = 13 + tableSize(bytes[10]);
  while (at < bytes.length && bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) { // an extension; 0xf9 is the graphic control that precedes each frame
      if (bytes[at + 1] === 0xf9) delays.push(bytes[at + 4] | (bytes[at + 5] << 8));
      at += 2;
    } else at += 11 + tableSize(bytes[at + 9]); // an image descriptor, its table, the code size
    while (bytes[at]) at += bytes[at] + 1;
    at += 1;
  }
  return delays;
}
