/** Resizing photos before the upload: on a slow connection, kilobytes arrive long before megabytes. */

import { hasAlpha } from "./canvas-images.js";

const MAX_PX = 1_440; // no GIF exceeds 1080 px; the rest keeps square crops sharp
const QUALITY = 0.9;
const SMALL_BYTES = 300_000; // uploading a file of this size takes hardly longer than resizing it

/**
 * Resize a photo: upright, in sRGB, with its transparency, and no larger than needed. Returns the file itself if that is
 * not larger, or if this browser cannot decode it (HEIC outside Safari), so that the server has to.
 *
 * @param onDecoded takes the decoded photo, which is closed after the call
 */
export async function resizeForUpload(file, onDecoded = () => {}) {
  if (file.size <= SMALL_BYTES) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file); // applies the Exif orientation
  } catch {
    return file;
  }
  onDecoded(bitmap);
  const canvas = drawResized(bitmap);
  bitmap.close();
  try {
    const type = file.type !== "image/jpeg" && hasAlpha(canvas) ? "image/webp" : "image/jpeg"; // in a JPEG, transparency is black
    const resized = await canvas.convertToBlob({ type, quality: QUALITY }); // PNG where the browser cannot encode WebP
    return resized.size < file.size ? resized : file;
  } catch {
    return file; // out of memory
  }
}

function drawResized(bitmap) {
  const scale = Math.min(1, MAX_PX / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height); // converts any colour profile to sRGB, the colour space of a canvas
  return canvas;
}
