/** The page's entry point: uploads photos, follows the URL, and wires up the buttons. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import "./lazy-dialog.js";
import "./lazy-photo-lists.js";
import "./photo-icon.js";
import { listenForPhotos } from "./file-input.js";
import { errorText, errorTitle, language, showLimits, t, translatePage } from "./i18n.js";
import { followLocation } from "./navigation.js";
import { deletePhoto } from "./photo-deletion.js";
import { followDevicePhotos } from "./photo-list.js";
import { drawExpiry } from "./photo-panel.js";
import { currentPhoto } from "./photo-state.js";
import { drawWheel } from "./photo-wheel.js";
import { receiveSharedPhoto, registerServiceWorker, storeSharedPhoto } from "./pwa.js";
import { loadRegistry } from "./registry.js";
import { drawRuler } from "./ruler.js";
import { getState, subscribe, update } from "./state.js";
import { addFiles, cancelUpload } from "./upload.js";
import { drawView, showSample } from "./views.js";

const $ = (selector) => document.querySelector(selector);

subscribe(({ config }) => config, (config) => {
  showLimits(config);
  if (config.report) Object.assign($("#report"), { href: config.report, textContent: t.report, hidden: false });
});
subscribe(({ registry }) => registry, ({ packs }) => { $("#gif-count").textContent = t.gifCount(packs.all.length); });

const chooseFile = () => $("#file").click();

$("#choose-photo").onclick = chooseFile;
$("#another-photo").onclick = chooseFile;
$("#cancel-upload").onclick = () => cancelUpload(getState().current);
$("#delete-photo").onclick = () => deletePhoto(getState().current);
$("#pause-all").onclick = () => update({ paused: !getState().paused });

for (const sample of document.querySelectorAll(".sample")) {
  const image = sample.querySelector("img");
  sample.onpointerenter = sample.onfocus = () => showSample(image);
  sample.onclick = async () => {
    const before = getState().current;
    try {
      const blob = await api.fetchFile(image.src);
      if (before === getState().current) addFiles([new File([blob], image.src.split("/").at(-1), { type: blob.type })]);
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
  const { file, id } = currentPhoto() ?? {};
  if (!file || id) return;
  event.preventDefault(); // an unfinished upload continues on the page in the other language
  const stored = await storeSharedPhoto(file).then(() => true, () => false);
  location.assign(stored ? `?lang=${code}&shared` : event.target.href);
};

$(".skip-link").onclick = (event) => {
  event.preventDefault(); // the URL fragment holds the photo
  $("#main").focus();
};

let beforeDrag; // focus and scroll position
const receive = listenForPhotos({
  onPhoto: (file) => addFiles([file]),
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
matchMedia("(prefers-reduced-motion: reduce)").onchange = ({ matches }) => update({ paused: matches });
setInterval(drawExpiry, 60_000);
if (language !== document.documentElement.lang) { // the HTML is in English
  translatePage(document);
  showLimits();
}
drawRuler($("#start-lifetime"), 24, 24);
drawWheel($("#start-disc"));
drawView();
followDevicePhotos();
loadRegistry().catch(() => {}); // loaded again with a photo
followLocation();
receiveSharedPhoto(receive);
registerServiceWorker();
