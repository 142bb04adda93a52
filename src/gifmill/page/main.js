/** The page: a photo comes in, its cards fill, and whatever goes wrong is said. */

import * as address from "./url-state.js";
import * as api from "./api.js";
import * as fit from "./platforms.js";
import * as notices from "./alert-banner.js";
import * as options from "./gif-options.js";
import * as tray from "./photo-panel.js";
import * as wall from "./card-grid.js";
import { accept, drawState, lay, readdress, remove, restore } from "./gif-controller.js";
import { listen } from "./file-input.js";
import { lasting } from "./offline-retry.js";
import { faceFrom, seen } from "./canvas-images.js";
import { collect, install, leave } from "./pwa.js";
import { shrunk } from "./image-resize.js";
import { applyTo, language, reasonOf, t, tellLimits, titleOf } from "./i18n.js";
import { drawLeft, drawWheel } from "./ruler.js";
import { drawExpiry, drawFace, enter, goToStart, photo, showSample } from "./views.js";
import { megabytes } from "./locale.js";

const $ = (selector) => document.querySelector(selector);

let registry;

// ---- a photo arrives -------------------------------------------------------------------------------------------

async function knowEffects() {
  const config = await api.config();
  tellLimits(config);
  if (config.report) Object.assign($("#report"), { href: config.report, textContent: t.report, hidden: false });
  if (!registry) {
    registry = await api.effects();
    options.begin(registry);
    fit.offer(registry);
    $("#promise").textContent = t.promise(registry.packs.all.length);
  }
  return registry;
}

function take(file) {
  if (!file) return;
  const mine = enter(file.name, { file, options: fit.chosen(), sent: 0 });
  const see = (bitmap) => {
    mine.pixels = { width: bitmap.width, height: bitmap.height };
    drawFace(mine, faceFrom(bitmap));
  };
  mine.small = shrunk(file, see);
  mine.small.then(() => { if (!mine.face) return seen(file, see); }); // it was small already
  send(mine);
}

async function send(mine) {
  const { life } = mine;
  tray.wait(t.sending);
  tray.sending(true);
  try {
    const { packs } = await lasting(knowEffects, life.signal);
    if (mine !== photo) return;
    lay(mine, packs.all.map((effect) => ({ effect, options: fit.optionsText(mine.options), state: "pending" })));
    const progress = (sent) => {
      mine.sent = sent;
      if (mine !== photo) return;
      tray.drawSent(sent);
      if (mine.face) tray.drawFace(mine.face, sent);
    };
    const small = await mine.small;
    if (mine !== photo) return;
    mine.shrunk = small !== mine.file;
    const { max_photo_bytes: mostBytes } = await api.config();
    if (small.size > mostBytes) return await tooLarge(mine, small, mostBytes);
    const status = await api.send(small, { effects: "all", ...mine.options }, progress, life.signal);
    if (mine !== photo) return;
    address.push({ photo: status.id }, { name: mine.name });
    accept(mine, status);
  } catch (refusal) {
    if (mine === photo && refusal.name !== "AbortError") await refused(mine, refusal);
  }
}

async function tooLarge({ name }, { size }, mostBytes) {
  await route(); // what was there before this photo is there again
  const text = t.fileTooLargeText(megabytes(size), megabytes(mostBytes));
  notices.failure(t.fileTooLarge(name), text, t.choose, choose);
}

async function refused(mine, refusal) {
  if (!(refusal instanceof api.Refusal)) throw refusal;
  const { final, busy, retryAfterS } = refusal;
  if (busy) {
    tray.tell(t.waitingForMill, t.busyAloud(retryAfterS));
    notices.busy(t.busy, t.kept, retryAfterS, () => send(mine));
  } else if (final) {
    await route();
    notices.failure(t.cannotBeUsed(mine.name), reasonOf(refusal), t.choose, choose);
  } else {
    tray.tell(t.notSent);
    notices.failure(titleOf(refusal), `${reasonOf(refusal)} ${t.kept}`, t.tryAgain, () => send(mine));
  }
}

/** Show what the address asks for: a photo by its id, with what was changed and opened, or the start. */
async function route() {
  const said = address.read();
  if (!said.photo) return goToStart();
  if (photo?.id === said.photo) return readdress(said);
  const mine = enter(history.state?.name ?? t.aPhoto);
  tray.wait(t.looking);
  try {
    const look = (signal) => Promise.all([knowEffects(), api.status(said.photo, signal)]);
    const [, status] = await lasting(look, mine.life.signal);
    if (mine === photo) restore(mine, status, said);
  } catch (refusal) {
    if (mine !== photo) return;
    if (!(refusal instanceof api.Refusal)) throw refusal;
    if (refusal.gone) return goToStart("gone");
    tray.tell(t.notFoundYet);
    notices.failure(titleOf(refusal), reasonOf(refusal), t.tryAgain, route);
  }
}

// ---- hands -----------------------------------------------------------------------------------------------------

const choose = () => $("#file").click();

$("#hub").onclick = choose;
$("#another").onclick = choose;
$("#cancel").onclick = route; // what was there before this photo is there again
$("#delete").onclick = () => remove();
$("#pause").onclick = () => { wall.pause(!wall.isPaused()); drawState(); };

for (const sample of document.querySelectorAll(".sample")) {
  const picture = sample.querySelector("img");
  sample.onpointerenter = sample.onfocus = () => showSample(picture);
  sample.onclick = async () => {
    const before = photo;
    try {
      const bytes = await api.file(picture.src);
      if (before === photo) take(new File([bytes], picture.src.split("/").at(-1), { type: bytes.type }));
    } catch (refusal) {
      notices.failure(titleOf(refusal), reasonOf(refusal), t.tryAgain, () => sample.click());
    }
  };
}

const OTHER = { en: ["de", "Deutsch"], de: ["en", "English"] };
const [code, itsName] = OTHER[language];
Object.assign($("#other-language"), { textContent: itsName, lang: code, hreflang: code });
$("#other-language").onclick = async (event) => {
  event.target.href = `?lang=${code}${location.hash}`;
  if (!photo?.file || photo.id) return;
  event.preventDefault(); // the photo is on its way: it goes from there
  const kept = await leave(photo.file).then(() => true, () => false);
  location.assign(kept ? `?lang=${code}&shared` : event.target.href);
};

$(".skip").onclick = (event) => {
  event.preventDefault(); // the address holds the photo
  $("#main").focus();
};

let left; // where the visitor was when a file began to hang over the page
const hand = listen({
  take,
  dragging(on) {
    if (on) left = { focus: document.activeElement, top: scrollY };
    document.body.toggleAttribute("data-dragging", on);
    $("#start").hidden = !on && document.body.dataset.view === "work";
    $("#work").hidden = !$("#start").hidden;
    if (on) return;
    left.focus.focus({ preventScroll: true });
    scrollTo(0, left.top);
  },
});

addEventListener("popstate", route);
matchMedia("(prefers-reduced-motion: reduce)").onchange = ({ matches }) => {
  wall.pause(matches);
  if (photo) drawState();
};
setInterval(drawExpiry, 60_000);
if (language !== document.documentElement.lang) { // else all its words stand there already
  applyTo(document);
  tellLimits();
}
drawLeft($("#start-hours"), 24, 24);
drawWheel($("#start-wheel"));
knowEffects().catch(() => {}); // asked for again when a photo comes
route();
collect(hand); // what another app has shared with this one
install();
