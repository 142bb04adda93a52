/** Small pictures of photos, in lists of photos and in local storage. */

import { squareThumbnail } from "./canvas-images.js";
import { keepOnDevice } from "./photo-list.js";
import { changePhoto } from "./photo-state.js";
import { subscribe } from "./state.js";

const MAX_CHARS = 4_096; // of a data URL: local storage holds 5 MB

/** Side in pixels and JPEG quality, best first. Not every browser encodes WebP. */
const ATTEMPTS = [[112, 0.7], [96, 0.6], [64, 0.6], [48, 0.4]];

subscribe(({ photos }) => photos, (photos) => {
  for (const { key, thumbnail, icon, id } of photos) {
    if (!thumbnail || icon !== undefined) continue;
    changePhoto(key, { icon: iconFrom(thumbnail) });
    if (id) keepOnDevice(key);
  }
});

/** Draw the centre of an image as a data URL of up to 4 KB; null if there is none, as noise is hard to compress. */
export function iconFrom(image) {
  for (const [px, quality] of ATTEMPTS) {
    const url = onWhite(squareThumbnail(image, px)).toDataURL("image/jpeg", quality);
    if (url.length <= MAX_CHARS) return url;
  }
  return null;
}

/** Lay transparent pixels on white, as a JPEG would show them black. */
function onWhite(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
