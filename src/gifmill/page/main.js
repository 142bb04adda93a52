/** The page's entry point: uploads photos, follows the URL, and wires up the buttons. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import * as cardGrid from "./card-grid.js";
import * as panel from "./photo-panel.js";
import * as platforms from "./platforms.js";
import { thumbnailFrom, withBitmap } from "./canvas-images.js";
import { listenForPhotos } from "./file-input.js";
import { acceptStatus, deletePhoto, drawProgress, followUrl, layOut, restorePhoto } from "./gif-controller.js";
import { setRegistry, unorderedEntry } from "./gif-options.js";
import { errorText, errorTitle, language, showLimits, t, translatePage } from "./i18n.js";
import { resizeForUpload } from "./image-resize.js";
import { formatMegabytes } from "./locale.js";
import { drawWheel } from "./photo-wheel.js";
import { retryWhenOnline } from "./offline-retry.js";
import { receiveSharedPhoto, registerServiceWorker, storeSharedPhoto } from "./pwa.js";
import { drawRuler } from "./ruler.js";
import { pushUrl, readUrl } from "./url-state.js";
import { drawExpiry, drawThumbnail, photo, showPhoto, showSample, showStart } from "./views.js";

const $ = (selector) => document.querySelector(selector);

let registry;

// ---- upload ----------------------------------------------------------------------------------------------------

async function loadRegistry() {
  const config = await api.config();
  showLimits(config);
  if (config.report) Object.assign($("#report"), { href: config.report, textContent: t.report, hidden: false });
  if (!registry) {
    registry = await api.fetchEffects();
    setRegistry(registry);
    platforms.fillSelect(registry);
    $("#gif-count").textContent = t.gifCount(registry.packs.all.length);
  }
  return registry;
}

function acceptFile(file) {
  if (!file) return;
  const target = showPhoto(file.name, { file, options: platforms.chosenOptions(), uploaded: 0 });
  const showBitmap = (bitmap) => {
    target.size = { width: bitmap.width, height: bitmap.height };
    drawThumbnail(target, thumbnailFrom(bitmap));
  };
  target.resizing = resizeForUpload(file, showBitmap);
  target.resizing.then(() => { if (!target.thumbnail) return withBitmap(file, showBitmap); }); // small files are not decoded there
  upload(target);
}

async function upload(target) {
  const { signal } = target.controller;
  panel.setNetworkMessage(t.uploading);
  panel.setUploading(true);
  try {
    const { packs } = await retryWhenOnline(loadRegistry, signal);
    if (target !== photo) return;
    layOut(target, packs.all.map((effect) => unorderedEntry(effect, target.options)));
    const onProgress = (uploaded) => {
      target.uploaded = uploaded;
      if (target !== photo) return;
      panel.drawUpload(uploaded);
      if (target.thumbnail) panel.drawPhoto(target.thumbnail, uploaded);
    };
    const file = await target.resizing;
    if (target !== photo) return;
    target.resized = file !== target.file;
    const { max_photo_bytes: maxBytes } = await api.config();
    if (file.size > maxBytes) return await rejectLargeFile(target, file, maxBytes);
    const effects = cardGrid.effectsOnScreen().join();
    const status = await api.uploadPhoto(file, { effects, ...target.options }, onProgress, signal);
    if (target !== photo) return;
    pushUrl({ photo: status.id }, { name: target.name });
    acceptStatus(target, status);
  } catch (error) {
    if (target === photo && error.name !== "AbortError") await handleUploadError(target, error);
  }
}

async function rejectLargeFile({ name }, { size }, maxBytes) {
  await followLocation(); // back to the photo before this one
  const text = t.fileTooLargeText(formatMegabytes(size), formatMegabytes(maxBytes));
  alerts.showError(t.fileTooLarge(name), text, t.choose, chooseFile);
}

async function handleUploadError(target, error) {
  if (!(error instanceof api.ApiError)) throw error;
  const { permanent, busy, retryAfterS } = error;
  if (busy) {
    panel.setMessage(t.waitingForServer, t.busyAnnouncement(retryAfterS));
    alerts.showBusy(t.busy, t.photoKept, retryAfterS, () => upload(target));
  } else if (permanent) {
    await followLocation();
    alerts.showError(t.cannotBeUsed(target.name), errorText(error), t.choose, chooseFile);
  } else {
    panel.setMessage(t.notUploaded);
    alerts.showError(errorTitle(error), `${errorText(error)} ${t.photoKept}`, t.tryAgain, () => upload(target));
  }
}

/** Show the state in the URL: a photo with its changed and open GIFs, or the start. */
async function followLocation() {
  const state = readUrl();
  if (!state.photo) return showStart();
  if (photo?.id === state.photo) return followUrl(state);
  const target = showPhoto(history.state?.name ?? t.unnamedPhoto);
  panel.setNetworkMessage(t.loadingGifs);
  try {
    const attempt = (signal) => Promise.all([loadRegistry(), api.fetchStatus(state.photo, signal)]);
    const [, status] = await retryWhenOnline(attempt, target.controller.signal);
    if (target === photo) restorePhoto(target, status, state);
  } catch (error) {
    if (target !== photo) return;
    if (!(error instanceof api.ApiError)) throw error;
    if (error.notFound) return showStart("gone");
    panel.setMessage(t.gifsNotLoaded);
    alerts.showError(errorTitle(error), errorText(error), t.tryAgain, followLocation);
  }
}

// ---- buttons and events ----------------------------------------------------------------------------------------

const chooseFile = () => $("#file").click();

$("#choose-photo").onclick = chooseFile;
$("#another-photo").onclick = chooseFile;
$("#cancel-upload").onclick = followLocation; // back to the photo before this one
$("#delete-photo").onclick = () => deletePhoto();
$("#pause-all").onclick = () => { cardGrid.setPaused(!cardGrid.isPaused()); drawProgress(); };

for (const sample of document.querySelectorAll(".sample")) {
  const image = sample.querySelector("img");
  sample.onpointerenter = sample.onfocus = () => showSample(image);
  sample.onclick = async () => {
    const before = photo;
    try {
      const blob = await api.fetchFile(image.src);
      if (before === photo) acceptFile(new File([blob], image.src.split("/").at(-1), { type: blob.type }));
    } catch (error) {
      alerts.showError(errorTitle(error), errorText(error), t.tryAgain, () => sample.click());
    }
  };
}

const OTHER_LANGUAGE = { en: ["de", "Deutsch"], de: ["en", "English"] };
const [code, nativeName] = OTHER_LANGUAGE[language];
Object.assign($("#other-language"), { textContent: nativeName, lang: code, hreflang: code });
$("#other-language").onclick = async (event) => {
  event.target.href = `?lang=${code}${location.hash}`;
  if (!photo?.file || photo.id) return;
  event.preventDefault(); // an unfinished upload continues on the page in the other language
  const stored = await storeSharedPhoto(photo.file).then(() => true, () => false);
  location.assign(stored ? `?lang=${code}&shared` : event.target.href);
};

$(".skip-link").onclick = (event) => {
  event.preventDefault(); // the URL fragment holds the photo
  $("#main").focus();
};

let beforeDrag; // focus and scroll position
const receive = listenForPhotos({
  onPhoto: acceptFile,
  onDrag(on) {
    if (on) beforeDrag = { focus: document.activeElement, top: scrollY };
    document.body.toggleAttribute("data-dragging", on);
    $("#start-view").hidden = !on && document.body.dataset.view === "gifs";
    $("#gifs-view").hidden = !$("#start-view").hidden;
    if (on) return;
    beforeDrag.focus.focus({ preventScroll: true });
    scrollTo(0, beforeDrag.top);
  },
});

addEventListener("popstate", followLocation);
matchMedia("(prefers-reduced-motion: reduce)").onchange = ({ matches }) => {
  cardGrid.setPaused(matches);
  if (photo) drawProgress();
};
setInterval(drawExpiry, 60_000);
if (language !== document.documentElement.lang) { // the HTML is in English
  translatePage(document);
  showLimits();
}
drawRuler($("#start-lifetime"), 24, 24);
drawWheel($("#start-disc"));
loadRegistry().catch(() => {}); // loaded again with a photo
followLocation();
receiveSharedPhoto(receive);
registerServiceWorker();
