/** The page's entry point: the start. The modules of photos and their GIFs load with the first photo. */

import * as alerts from "./alert-banner.js";
import { $ } from "./dom.js";
import { listenForPhotos } from "./file-input.js";
import { language, showLimits, t, translatePage } from "./i18n.js";
import "./platforms.js";
import { loadStyles } from "./load-styles.js";
import { loadRegistry } from "./registry.js";
import { drawRuler } from "./ruler.js";
import { getState, subscribe, update } from "./state.js";
import { drawView, showSample } from "./views.js";

subscribe(({ config }) => config, (config) => {
  showLimits(config);
  if (config.report) Object.assign($("#report"), { href: config.report, textContent: t.report, hidden: false });
});
subscribe(({ registry }) => registry, ({ packs }) => { $("#gif-count").textContent = t.gifCount(packs.all.length); });

// ---- modules that load later -----------------------------------------------------------------------------------

let loading;

/** Load the modules of photos and GIFs, all at once. After a failure, the next call tries again. */
function loadGifsView() {
  for (const link of document.querySelectorAll("link[rel=later]")) link.rel = "modulepreload";
  loading ??= Promise.all([import("./gifs-view.js"), loadStyles("gifs-view.css")]).then(([gifsView]) => gifsView, (error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Do something with the modules of photos and GIFs. If they do not load, show why, and try again once the browser is online. */
async function withGifsView(use) {
  let gifsView;
  try {
    gifsView = await loadGifsView();
  } catch {
    const [title, text] = navigator.onLine ? [t.noResponse, t.noResponseText] : [t.offline, ""];
    const waiting = new AbortController();
    const again = () => {
      waiting.abort();
      alerts.clear();
      withGifsView(use);
    };
    alerts.showError(title, text, t.tryAgain, again);
    return addEventListener("online", again, { signal: waiting.signal });
  }
  use(gifsView);
}

const prepareGifsView = () => { loadGifsView().catch(() => {}); }; // tried again when it is needed

// ---- the start -------------------------------------------------------------------------------------------------

for (const sample of document.querySelectorAll(".sample")) {
  const { name } = sample.dataset;
  sample.onpointerenter = sample.onfocus = () => {
    showSample(name);
    prepareGifsView();
  };
  sample.onclick = () => withGifsView(({ addSample }) => addSample(name));
}

const OTHER_LANGUAGE = { en: ["de", "Deutsch"], de: ["en", "English"] };
const [code, nativeName] = OTHER_LANGUAGE[language];
Object.assign($("#other-language"), { textContent: nativeName, lang: code, hreflang: code });
$("#other-language").onclick = (event) => {
  event.target.href = `?lang=${code}${location.hash}`;
  const unfinished = getState().photos.filter(({ file, id }) => file && !id).map(({ file }) => file);
  if (!unfinished.length) return keepEntry(event);
  event.preventDefault(); // unfinished uploads continue on the page in the other language
  withGifsView(async ({ storeSharedPhotos }) => {
    const stored = await storeSharedPhotos(unfinished).then(() => true, () => false);
    location.assign(stored ? `?lang=${code}&shared` : event.target.href);
  });
};

/** Where the browser forbids storage, the history entry holds the id of the photo: the page in the other language keeps the entry. */
function keepEntry(event) {
  if (!history.state?.id || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(history.state, "", event.target.href);
  location.reload();
}

$(".skip-link").onclick = (event) => {
  event.preventDefault(); // the URL fragment holds the photo
  $("#main").focus();
};

let beforeDrag; // focus and scroll position
listenForPhotos({
  onFiles: (files, entries) => withGifsView(({ takeFiles }) => takeFiles(files, entries)),
  onHint: (name) => withGifsView(({ showInputHint }) => showInputHint(name)),
  onIntent: () => { loadGifsView().then(({ prepareWorker }) => prepareWorker(), () => {}); },
  onDrag(on) {
    if (on) beforeDrag = { focus: document.activeElement, top: scrollY };
    update({ dragging: on });
    if (on) return;
    beforeDrag.focus.focus({ preventScroll: true });
    scrollTo(0, beforeDrag.top);
  },
});

/** Show what the address names; the start needs nothing for that, not even after the modules have failed. */
function followLocation() {
  if (!location.hash && getState().view === "loading") {
    alerts.clear();
    update({ view: "start" });
  }
  if (loading || location.hash) withGifsView((gifsView) => gifsView.followLocation());
}

/** The service worker fetches every file again, so it waits until the page has loaded. */
async function registerServiceWorker() {
  if (document.readyState !== "complete") await new Promise((resolve) => { addEventListener("load", resolve); });
  navigator.serviceWorker?.register("sw.js").catch(() => {}); // where it is forbidden, only offline use is missing
}

/** The start lists the photos of this device, which device-photos.js stores. */
function preparePhotos() {
  try {
    if (localStorage.getItem("photos")) prepareGifsView();
  } catch {} // storage is forbidden
}

addEventListener("popstate", followLocation);
matchMedia("(prefers-reduced-motion: reduce)").onchange = ({ matches }) => update({ paused: matches });
if (language !== document.documentElement.lang) { // the HTML is in English
  translatePage(document);
  showLimits();
}
drawRuler($("#start-lifetime"), 24, 24);
if (new URLSearchParams(location.hash.slice(1)).has("photo")) update({ view: "loading" });
else drawView();
loadRegistry().catch(() => {}); // loaded again with a photo
followLocation();
preparePhotos();
for (const event of ["storage", "pageshow"]) addEventListener(event, preparePhotos); // another tab may have kept a photo
if (new URLSearchParams(location.search).has("shared")) withGifsView(({ receiveSharedPhotos }) => receiveSharedPhotos());
registerServiceWorker();
