/** The strip above the GIFs: the visitor's photos, if there are several, with the state of their uploads. */

import { $ } from "./dom.js";
import { withThumbnail } from "./image-resize.js";
import { openPhoto } from "./navigation.js";
import { iconFrom } from "./photo-icon.js";
import { showPhoto } from "./photo-list.js";
import { changePhoto, currentPhoto, isOwn, isUnfinished, photoOf } from "./photo-state.js";
import { createTiles, ownPhotos } from "./photo-tiles.js";
import { getState, subscribe } from "./state.js";
import { cancelUpload, showUploadProblem } from "./upload.js";

const list = $("#photo-strip");

let isDrawingIcon = false;

const drawTiles = createTiles(list, {
  onOpen: selectPhoto,
  onRemove: cancelUpload,
  canRemove: isUnfinished,
  focusWithout: () => $("#gifs-title").focus({ preventScroll: true }),
});

subscribe(({ photos }) => photos, draw);
subscribe(({ current }) => current, draw);
draw();

function draw() {
  const photos = ownPhotos(getState());
  const current = currentPhoto();
  list.hidden = photos.length < 2 || !current || !isOwn(current);
  drawTiles(list.hidden ? [] : photos, current?.key);
  drawNextIcon();
}

/** Show the GIFs of an own photo, or why it has none. */
export function selectPhoto(key) {
  const photo = photoOf(key);
  if (photo.view) return openPhoto(key);
  if (photo.stage !== "refused") showPhoto(key);
  showUploadProblem(key);
}

/** Draw the pictures of queued photos one by one, but not while the photo before them is decoded. */
async function drawNextIcon() {
  const { photos } = getState();
  if (isDrawingIcon || photos.some(({ stage }) => stage === "preparing")) return;
  const next = photos.find(({ stage, icon }) => stage === "queued" && icon === undefined);
  if (!next) return;
  isDrawingIcon = true;
  const icon = await withThumbnail(next.file, iconFrom);
  isDrawingIcon = false;
  if (photoOf(next.key)?.icon === undefined) changePhoto(next.key, { icon }); // null if this browser cannot decode it
  drawNextIcon();
}
