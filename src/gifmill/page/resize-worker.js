/** The decoding and resizing of one photo: a worker of image-resize.js, or a module of it where workers cannot draw. */

import { THUMBNAIL_PX, hasAlpha } from "./canvas-images.js";

const MAX_PX = 1_440; // no GIF exceeds 1080 px; the rest keeps square crops sharp
const QUALITY = 0.9;
const SMALL_BYTES = 300_000; // uploading a file of this size takes hardly longer than resizing it

/**
 * Decode a photo: upright, in sRGB, with its transparency.
 *
 * @param purpose "upload", or "thumbnail" without `resized`
 * @returns {width, height, thumbnail, resized?}: the photo's size, a small ImageBitmap, and if that is smaller than the
 *   file, a Blob that is no larger than needed
 * @throws if this browser cannot decode the file
 */
export async function prepare(file, purpose) {
  const bitmap = await createImageBitmap(file); // applies the Exif orientation
  const { width, height } = bitmap;
  const isEncoded = purpose === "upload" && file.size > SMALL_BYTES;
  const canvas = drawScaled(bitmap, isEncoded ? MAX_PX : THUMBNAIL_PX);
  bitmap.close();
  const thumbnail = drawScaled(canvas, THUMBNAIL_PX).transferToImageBitmap();
  const resized = isEncoded ? await encode(canvas, file.type) : undefined;
  return { width, height, thumbnail, resized: resized?.size < file.size ? resized : undefined };
}

function drawScaled(bitmap, maxPx) {
  const scale = Math.min(1, maxPx / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height); // converts any colour profile to sRGB, the colour space of a canvas
  return canvas;
}

async function encode(canvas, fileType) {
  try {
    const type = fileType !== "image/jpeg" && hasAlpha(canvas) ? "image/webp" : "image/jpeg"; // in a JPEG, transparency is black
    return await canvas.convertToBlob({ type, quality: QUALITY }); // PNG where the browser cannot encode WebP
  } catch {
    return undefined; // out of memory
  }
}

if (typeof document === "undefined") {
  onmessage = async ({ data: { file, purpose } }) => {
    try {
      const prepared = await prepare(file, purpose);
      postMessage(prepared, [prepared.thumbnail]);
    } catch (error) {
      postMessage({ error: error.name });
    }
  };
}
