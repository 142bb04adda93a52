/** The panel beside the GIFs: the photo on its wheel, upload and rendering progress, and the time until deletion. */

import { announce } from "./announcer.js";
import { MOSAIC_BLOCKS, copyToCanvas, squareMosaic, squareThumbnail } from "./canvas-images.js";
import { $ } from "./dom.js";
import { isComing } from "./gif-options.js";
import { t } from "./i18n.js";
import { formatPercent, formatTimeLeft } from "./locale.js";
import { cardEntries, currentPhoto, isOwn, isUnfinished, shownEffects } from "./photo-state.js";
import { drawWheel } from "./photo-wheel.js";
import { platformNote, platformOf } from "./platforms.js";
import { progressText } from "./progress-text.js";
import { drawRuler } from "./ruler.js";
import { getState, subscribe, update } from "./state.js";

const HOUR_MS = 3_600_000;
const DAY_H = 24;
const ANNOUNCE_INTERVAL_MS = 2_000; // ten GIFs within two seconds are not worth ten announcements
const MAX_STORED_PX = 1_080; // larger photos are stored in this size, so that the size of the original is unknown

const slotPictures = new WeakMap(); // by the canvas that they are drawn from: a list by slot

let announceTimer; // set while an announcement waits
let lastAnnouncedAt = 0;
let shownMessage;

subscribe(currentPhoto, drawPhoto);
subscribe(({ registry }) => registry, () => drawPhoto(currentPhoto()));
subscribe(({ online }) => online, () => drawMessage(currentPhoto()));
subscribe(({ paused }) => paused, () => drawPause(currentPhoto()));
for (const event of ["online", "offline"]) addEventListener(event, () => update({ online: navigator.onLine }));

function drawPhoto(photo, previous) {
  if (photo?.key !== previous?.key) lastAnnouncedAt = 0;
  if (!photo) {
    clearTimeout(announceTimer);
    shownMessage = undefined; // the next photo may have the same one, but the title has changed
    return;
  }
  const isUploading = isUnfinished(photo);
  if (!isUploading && document.activeElement === $("#cancel-upload")) $("#gifs-title").focus({ preventScroll: true });
  $("#cancel-upload").hidden = !isUploading;
  $("#delete-photo").hidden = !photo.id || photo.stage !== "accepted";
  $("#another-photo span").textContent = isOwn(photo) ? t.another : t.makeYourOwn;
  $(".gif-hint").textContent = isOwn(photo) ? t.openHint : t.openSharedHint;
  $("#photo-name").textContent = photo.name;
  $("#photo-size").textContent = sizeText(photo);
  drawHub(photo, previous);
  drawSlots(photo, previous);
  drawPlatform(photo);
  drawExpiry();
  drawPause(photo);
  drawMessage(photo);
}

/** The uploaded ratio, then the size of the file, or of the photo on the server if that is as large as the file's. */
function sizeText({ stage, uploaded, size, stored, file }) {
  if (stage === "uploading") return t.uploaded(formatPercent(uploaded));
  const isOriginal = !file && stored && Math.max(stored.width, stored.height) < MAX_STORED_PX;
  const known = size ?? (isOriginal ? stored : undefined);
  return known ? t.photoSize(known.width, known.height) : "";
}

/** Draw the photo in the wheel's hub. */
function drawHub({ key, thumbnail }, previous) {
  if (key === previous?.key && thumbnail === previous.thumbnail) return;
  if (!thumbnail) return $("#photo-image").replaceChildren();
  const copy = copyToCanvas(thumbnail);
  copy.setAttribute("role", "img");
  copy.setAttribute("aria-label", t.yourPhoto);
  $("#photo-image").replaceChildren(copy);
}

/** Draw the wheel's slots: finished GIFs, and the photo's mosaics in as many slots as the uploaded ratio fills. */
function drawSlots(photo, previous) {
  const { thumbnail, uploaded, posters = {} } = photo;
  const filled = Math.max(1, Math.ceil(uploaded * MOSAIC_BLOCKS.length));
  const isSame = previous && photo.key === previous.key && thumbnail === previous.thumbnail && photo.posters === previous.posters
    && filled === Math.max(1, Math.ceil(previous.uploaded * MOSAIC_BLOCKS.length));
  if (isSame) return;
  const effects = shownEffects(photo);
  drawWheel($("#panel-disc"), (i) => {
    const poster = posters[effects[i]];
    if (poster) return slotPicture(poster, i, () => squareThumbnail(poster));
    return thumbnail && i < filled ? slotPicture(thumbnail, i, () => squareMosaic(thumbnail, MOSAIC_BLOCKS[i])) : undefined;
  });
}

/** The picture of a slot: drawn once, as each further GIF draws the wheel again. */
function slotPicture(source, slot, drawPicture) {
  if (!slotPictures.has(source)) slotPictures.set(source, []);
  const drawn = slotPictures.get(source);
  return drawn[slot] ??= drawPicture();
}

/** Show which platform the GIFs are for. */
function drawPlatform(photo) {
  const [first] = cardEntries(photo);
  const text = platformNote(first && platformOf(first));
  $("#platform-note").hidden = !text;
  $("#platform-note").textContent = text;
}

function drawPause(photo) {
  if (!photo) return;
  const gifs = cardEntries(photo);
  const { paused } = getState();
  $("#panel-wheel").toggleAttribute("data-rendering", gifs.some(isComing) && !paused);
  $("#pause-all").hidden = !gifs.some(({ state }) => state === "ready");
  $("#pause-all span").textContent = paused ? t.playAll : t.pauseAll;
  $("#pause-all use").setAttribute("href", paused ? "#i-play" : "#i-pause");
}

/** Show how far the photo is, and announce it, but not more often than every two seconds. */
function drawMessage(photo) {
  if (!photo) return;
  const { text, isUrgent } = messageOf(photo);
  if (text === shownMessage) return;
  shownMessage = text;
  $("#progress-text").textContent = text;
  document.title = `${text} \u2013 gifmill`;
  clearTimeout(announceTimer);
  const waitMs = isUrgent ? 0 : lastAnnouncedAt + ANNOUNCE_INTERVAL_MS - Date.now();
  if (waitMs > 0) announceTimer = setTimeout(announceNow, waitMs, text);
  else announceNow(text);
}

function announceNow(text) {
  lastAnnouncedAt = Date.now();
  announce(text);
}

/** The message of the photo's stage; `isUrgent` texts are announced at once. */
function messageOf(photo) {
  const { stage } = photo;
  const gifs = cardEntries(photo);
  const isWaiting = stage === "accepted" && gifs.some(isComing);
  const needsNetwork = ["queued", "preparing", "uploading", "loading"].includes(stage) || isWaiting;
  if (needsNetwork && !getState().online) return { text: t.offline, isUrgent: true };
  if (stage !== "accepted") return { text: STAGE_TEXTS[stage], isUrgent: true };
  if (isWaiting && photo.isStalled) return { text: t.stalled, isUrgent: true };
  if (!isOwn(photo)) return { text: t.shared, isUrgent: true };
  return { text: progressText(gifs), isUrgent: !isWaiting };
}

const STAGE_TEXTS = {
  queued: t.queued,
  preparing: t.uploading,
  uploading: t.uploading,
  waiting: t.waitingForServer,
  interrupted: t.notUploaded,
  loading: t.loadingGifs,
  unloaded: t.gifsNotLoaded,
};

/** Show when the photo is deleted. */
export function drawExpiry() {
  const { expires } = currentPhoto() ?? {};
  $("#expiry").hidden = !expires;
  if (!expires) return;
  const leftMs = Math.max(0, expires - Date.now());
  $("#expiry-text").textContent = t.deletedIn(formatTimeLeft(leftMs));
  drawRuler($("#expiry-ruler"), DAY_H, Math.min(DAY_H, Math.ceil(leftMs / HOUR_MS)));
}
