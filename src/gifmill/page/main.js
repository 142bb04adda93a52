/** The page: a photo comes in, its cards fill, and whatever goes wrong is said. */

import * as api from "./api.js";
import * as fit from "./fit.js";
import * as notices from "./notices.js";
import * as tray from "./tray.js";
import * as wall from "./wall.js";
import { listen } from "./hands.js";
import { follow } from "./live.js";
import { faceOf } from "./pictures.js";
import { drawLeft, drawWheel } from "./ticks.js";
import { capital, inWords, megabytes } from "./words.js";

const $ = (selector) => document.querySelector(selector);

/** The photo that is shown: {name, life, file?, options?, sent?, id?, face?, expires?}. Aborting `life` ends all that it started. */
let photo;
let registry;
let config;

// ---- views -----------------------------------------------------------------------------------------------------

function show(view) {
  const { body, activeElement } = document;
  body.dataset.view = view;
  $("#start").hidden = view === "work";
  $("#work").hidden = view !== "work";
  const lost = activeElement !== body && !activeElement.checkVisibility();
  if (lost) (view === "work" ? $("#work-title") : $("#hub")).focus({ preventScroll: true });
}

function leave() {
  photo?.life.abort();
  photo = undefined;
  notices.clear();
  wall.clear();
}

function goToStart(view = "start") {
  leave();
  show(view);
  if (view === "gone") drawWheel($("#start-wheel"), null);
  else showSample($(".sample img"));
  tray.say(view === "gone" ? "This photo is gone" : "");
}

async function showSample(picture) {
  await picture.decode();
  const face = await faceOf(picture);
  if (document.body.dataset.view !== "gone") drawWheel($("#start-wheel"), face);
}

function enter(name, more) {
  leave();
  photo = { name, life: new AbortController(), ...more };
  tray.begin(name);
  show("work");
  return photo;
}

function drawFace(mine, face) {
  if (mine !== photo || !face) return;
  mine.face = face;
  tray.drawFace(face, mine.sent);
  wall.shape(face.width, face.height);
}

const drawState = () => tray.drawState(wall.gifs(), wall.isPaused());

function drawExpiry() {
  if (!photo?.expires) return;
  const leftMs = photo.expires - Date.now();
  if (leftMs > 0) tray.drawExpiry(leftMs);
  else goToStart("gone");
}

// ---- a photo arrives -------------------------------------------------------------------------------------------

async function knowEffects() {
  config ??= await api.config();
  registry ??= await api.effects();
  fit.offer(registry);
  $("#promise").textContent = `${capital(inWords(registry.packs.classic.length))} GIF${registry.packs.classic.length === 1 ? "" : "s"} out.`;
  return registry;
}

function take(file) {
  if (!file) return;
  const mostBytes = config?.max_photo_bytes;
  if (file.size > mostBytes) { // where that is not known yet, the server says it
    const text = `It has ${megabytes(file.size)}, and ${megabytes(mostBytes)} is the most. Save it smaller, or choose another one.`;
    return notices.failure(`${file.name} is too large.`, text, "Choose a photo", choose);
  }
  const mine = enter(file.name, { file, options: fit.chosen(), sent: 0 });
  faceOf(file).then((face) => drawFace(mine, face));
  send(mine);
}

async function send(mine) {
  const { file, options, life } = mine;
  tray.tell("Sending your photo");
  try {
    const { packs, ...rest } = await knowEffects();
    if (mine !== photo) return;
    const entries = packs.classic.map((effect) => ({ effect, options: fit.optionsText(options), state: "pending" }));
    lay(mine, entries, rest);
    const progress = (sent) => {
      mine.sent = sent;
      if (mine === photo && mine.face) tray.drawFace(mine.face, sent);
    };
    const status = await api.send(file, options, progress, life.signal);
    if (mine !== photo) return;
    history.pushState({ name: mine.name }, "", `#photo=${status.id}`);
    accept(mine, status);
  } catch (refusal) {
    if (mine === photo) await refused(mine, refusal);
  }
}

async function refused(mine, refusal) {
  const { title, detail, final, busy, retryAfterS } = refusal;
  if (busy) {
    tray.tell("Waiting for the mill", `The mill is busy. Trying again in ${retryAfterS} seconds`);
    notices.busy("The mill is busy.", "Your photo is kept on this page.", retryAfterS, () => send(mine));
  } else if (final) {
    await route(); // what was there before this photo is there again
    notices.failure(`${mine.name} cannot be used.`, detail || title, "Choose a photo", choose);
  } else {
    tray.tell("Not sent");
    notices.failure(title, `${detail} Your photo is kept on this page.`, "Try again", () => send(mine));
  }
}

/** Lay out a card for each GIF, and say where they are to go. */
function lay(mine, entries, effects) {
  wall.begin(mine, entries, wall.summariesOf(effects), { again: makeAgain, lost: drawState });
  tray.drawPlace(fit.destination(entries.length ? fit.placeOf(entries[0]) : undefined));
}

/** The server has the photo: show what it says about it, and follow what changes. */
function accept(mine, status) {
  Object.assign(mine, { id: status.id, expires: Date.parse(status.expires), sent: 1 });
  if (mine.face) tray.drawFace(mine.face);
  else if (status.photo) wall.shape(status.photo.width, status.photo.height);
  mine.following?.abort();
  mine.following = new AbortController();
  const tell = {
    status: (fresh) => { fresh.gifs.forEach(wall.update); changed(mine); },
    gif: (gif) => { wall.update(gif); changed(mine); },
    gone: () => { if (!mine.leaving) goToStart("gone"); },
  };
  tell.status(status);
  drawExpiry();
  wall.grind();
  follow(status, tell, AbortSignal.any([mine.life.signal, mine.following.signal]));
}

// Both start with the photo itself. Without the file, one of them lends its first frame to the dial.
const PHOTO_FIRST = ["recursive", "cyclic"];

const OF_ONE_GIF = ["render_failed", "cannot_fit"]; // other problems are the photo's

/** A photo that was sent with a form is looked at only afterwards: it may turn out to be none. */
function turnedDown(mine) {
  const gifs = wall.gifs();
  if (!gifs.length || gifs.some(({ state, problem }) => state !== "failed" || OF_ONE_GIF.includes(problem.code))) return false;
  const { title, detail } = gifs[0].problem;
  history.replaceState(null, "", location.pathname);
  goToStart();
  notices.failure(`${mine.name} cannot be used.`, detail || title, "Choose a photo", choose);
  return true;
}

async function changed(mine) {
  if (turnedDown(mine)) return;
  drawState();
  const lender = wall.gifs().find(({ effect, state }) => state === "ready" && PHOTO_FIRST.includes(effect));
  if (mine.face || mine.borrowing || !lender) return;
  mine.borrowing = true;
  const answer = await fetch(lender.url);
  if (answer.ok) drawFace(mine, await faceOf(await answer.blob()));
}

async function makeAgain(gif) {
  const mine = photo;
  try {
    const status = await api.again(mine.id, gif);
    if (mine === photo) accept(mine, status);
  } catch (refusal) {
    if (mine !== photo) return;
    if (refusal.gone) goToStart("gone");
    else if (refusal.busy) notices.busy("The mill is busy.", `The photo waits for its ${gif.effect}.`, refusal.retryAfterS, () => makeAgain(gif));
    else notices.failure(refusal.title, refusal.detail, "Try again", () => makeAgain(gif));
  }
}

/** Show what the address asks for: a photo by its id, or the start. */
async function route() {
  const id = new URLSearchParams(location.hash.slice(1)).get("photo");
  if (!id) return goToStart();
  if (photo?.id === id) return;
  const mine = enter(history.state?.name ?? "photo");
  tray.tell("Looking for your GIFs");
  try {
    const [effects, status] = await Promise.all([knowEffects(), api.status(id, mine.life.signal)]);
    if (mine !== photo) return;
    const order = effects.effects.map(({ name }) => name);
    const entries = status.gifs.toSorted((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
    lay(mine, entries, effects);
    accept(mine, status);
  } catch (refusal) {
    if (mine !== photo) return;
    if (refusal.gone) return goToStart("gone");
    tray.tell("Not found yet");
    notices.failure(refusal.title, refusal.detail, "Try again", route);
  }
}

async function remove() {
  const mine = photo;
  mine.leaving = true; // the socket may tell before the call returns
  try {
    await api.remove(mine.id);
  } catch (refusal) {
    mine.leaving = false;
    if (mine === photo && !refusal.gone) return notices.failure(refusal.title, `${refusal.detail} Nothing was deleted.`, "Try again", remove);
  }
  if (mine !== photo) return;
  history.pushState(null, "", location.pathname);
  goToStart();
  notices.done("Photo and GIFs deleted.", "Nothing is left of them.", "Choose a photo", choose);
  tray.say("Photo and GIFs deleted");
}

// ---- hands -----------------------------------------------------------------------------------------------------

const choose = () => $("#file").click();

$("#hub").onclick = choose;
$("#another").onclick = choose;
$("#delete").onclick = remove;
$("#pause").onclick = () => { wall.pause(!wall.isPaused()); drawState(); };
$("#file").onchange = ({ target }) => {
  take(target.files[0]);
  target.value = ""; // so that the same file can be chosen once more
};

for (const sample of document.querySelectorAll(".sample")) {
  const picture = sample.querySelector("img");
  sample.onpointerenter = sample.onfocus = () => showSample(picture);
  sample.onclick = async () => {
    const bytes = await (await fetch(picture.src)).blob();
    take(new File([bytes], picture.src.split("/").at(-1), { type: bytes.type }));
  };
}

listen(take, (dragging) => {
  document.body.toggleAttribute("data-dragging", dragging);
  $("#start").hidden = !dragging && document.body.dataset.view === "work";
  $("#work").hidden = !$("#start").hidden;
});

addEventListener("popstate", route);
setInterval(drawExpiry, 60_000);
drawLeft($("#start-hours"), 24, 24);
drawWheel($("#start-wheel"), null);
knowEffects().catch(() => {}); // asked for again when a photo comes
route();
