/** Small canvases drawn from photos and frames: thumbnails and mosaics. */

export const THUMBNAIL_PX = 480;

/** Blocks across each mosaic, coarse to fine. */
export const MOSAIC_BLOCKS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 19, 24, 32, 48, 128];

/** The class of images with transparent pixels, which are shown on a checkerboard. */
export const HAS_ALPHA = "has-alpha";

const widthOf = (source) => source.naturalWidth ?? source.displayWidth ?? source.width;
const heightOf = (source) => source.naturalHeight ?? source.displayHeight ?? source.height;

function draw(source, width, height, crop = [0, 0, widthOf(source), heightOf(source)]) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, ...crop, 0, 0, canvas.width, canvas.height);
  if (source.classList?.contains(HAS_ALPHA)) canvas.classList.add(HAS_ALPHA);
  return canvas;
}

/** Whether any pixel of a canvas is transparent. */
export function hasAlpha(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return true;
  return false;
}

function markAlpha(canvas) {
  canvas.classList.toggle(HAS_ALPHA, hasAlpha(canvas));
  return canvas;
}

/** Copy an image to a canvas of its size, marked if it has transparent pixels. */
export const copyToCanvas = (source) => markAlpha(draw(source, widthOf(source), heightOf(source)));

/** Scale a decoded photo down to a thumbnail, marked if it has transparent pixels. */
function thumbnailFrom(bitmap, maxPx = THUMBNAIL_PX) {
  const [width, height] = [widthOf(bitmap), heightOf(bitmap)];
  const scale = Math.min(1, maxPx / Math.max(width, height));
  return markAlpha(draw(bitmap, width * scale, height * scale));
}

/** Decode a photo and return the result of `use`; null if this browser cannot decode it (HEIC outside Safari). */
async function withBitmap(blob, use) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    return null;
  }
  const result = use(bitmap);
  bitmap.close();
  return result;
}

/** Decode a photo to a thumbnail; null if this browser cannot decode it. */
export const decodeThumbnail = (blob) => withBitmap(blob, thumbnailFrom);

/** Draw a mosaic with one pixel a block: CSS scales it up. */
export function mosaic(thumbnail, blocks) {
  const canvas = draw(thumbnail, blocks, (blocks * thumbnail.height) / thumbnail.width);
  canvas.classList.add("mosaic");
  return canvas;
}

/** Draw the centre of the photo as a square mosaic, for a slot of the wheel. */
export function squareMosaic(thumbnail, blocks) {
  const side = Math.min(thumbnail.width, thumbnail.height) * 0.86;
  const canvas = draw(thumbnail, blocks, blocks, [(thumbnail.width - side) / 2, (thumbnail.height - side) / 2, side, side]);
  canvas.classList.add("mosaic");
  return canvas;
}

/** Crop the centre of an image to a small square. */
export function squareThumbnail(image, px = 96) {
  const side = Math.min(image.width, image.height);
  return draw(image, px, px, [(image.width - side) / 2, (image.height - side) / 2, side, side]);
}
