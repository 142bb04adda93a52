/** Photos made smaller before they are sent: on a slow line one waits for kilobytes, not for megabytes. */

const LONGEST_PX = 1_440; // no GIF is larger than 1080 px; what is left over keeps squares sharp
const QUALITY = 0.9;
const SMALL_BYTES = 300_000; // to send it takes hardly longer than to find out whether it could be less
const MAYBE_CLEAR = ["image/avif", "image/gif", "image/png", "image/webp"]; // JPEG would blacken what is transparent

/**
 * The photo upright, in sRGB and no larger than needed, or the file itself: where that is not larger, or where this
 * browser cannot decode it (HEIC outside Safari), so that the server has to.
 *
 * @param see is given the decoded photo, which it must have looked at when it returns
 */
export async function shrunk(file, see = () => {}) {
  if (file.size <= SMALL_BYTES) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file); // turns it upright, by its Exif orientation
  } catch {
    return file;
  }
  see(bitmap);
  const canvas = drawn(bitmap);
  bitmap.close();
  const type = MAYBE_CLEAR.includes(file.type) ? "image/webp" : "image/jpeg";
  try {
    const smaller = await canvas.convertToBlob({ type, quality: QUALITY }); // a PNG where it cannot write WebP
    return smaller.size < file.size ? smaller : file;
  } catch {
    return file; // there was no memory for it
  }
}

function drawn(bitmap) {
  const scale = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height); // whatever its colour profile was, a canvas is sRGB
  return canvas;
}
