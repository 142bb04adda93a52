/** The sheet: one card opened, large, with what can be changed about it. Of several changes only the last one counts. */

import * as api from "./api.js";
import * as command from "./command.js";
import * as controls from "./controls.js";
import * as options from "./options.js";
import * as stage from "./stage.js";
import * as wall from "./wall.js";
import { say, trouble, wait } from "./said.js";
import { reasonOf, summaryOf, t } from "./strings.js";

const SETTLE_MS = 250; // a slider that is dragged changes many times: so long it must rest
const MANY_ORDERS = 409;

const $ = (selector) => document.querySelector(selector);
const dialog = $("#sheet");

let host;
let opened; // the effect that is shown
let values; // what its controls say
let settling; // a change that was not sent yet
let asked = 0; // counts what was asked for: whatever comes of an earlier count is too late
let awaited; // the entry that is to be shown once it is ready
let heard = new Map(); // entries told of since the last order: a push may be faster than its answer
let limit; // how many bytes the server takes at once

const keyOf = ({ effect, options: text }) => `${text}/${effect}`;

/**
 * Learn who has the photo.
 *
 * @param known {photo, entry(effect), effects(), change(effect, values), stepped(effect), closed(effect), link()}
 */
export function begin(known) {
  host = known;
}

/** Open, or step to, the GIF of this effect. */
export function show(effect) {
  if (opened === effect) return;
  settle();
  asked += 1;
  opened = effect;
  const entry = host.entry(effect);
  const all = host.effects();
  $("#sheet-title").textContent = effect;
  $("#sheet-says").textContent = summaryOf(options.effectNamed(effect));
  $("#sheet-place").textContent = t.place(all.indexOf(effect) + 1, all.length);
  stage.clear();
  drawActions(entry);
  drawControls(entry);
  if (!dialog.open) {
    stage.pause(wall.isPaused());
    dialog.showModal();
    $("#sheet-title").focus();
    say("");
  } else say(`${effect}, ${$("#sheet-place").textContent}`);
  $(".sheet-body").scrollTop = 0;
  take(entry);
  if (!limit) knowLimit();
}

/** An entry of a status has changed. */
export function update(entry) {
  heard.set(keyOf(entry), entry);
  if (awaited && keyOf(awaited) === keyOf(entry) && entry.state !== "pending") take(entry, true);
}

/** The photo is left. */
export function end() {
  opened = undefined;
  forget();
  dialog.close();
}

function forget() {
  settling = clearTimeout(settling);
  awaited = undefined;
  asked += 1;
  stage.clear();
}

// ---- what is shown ---------------------------------------------------------------------------------------------

function drawControls(entry) {
  values = options.valuesOf(entry);
  controls.draw(opened, values, changed);
  drawCommand();
}

const drawCommand = () => command.draw(host.photo, opened, values, limit);

async function knowLimit() {
  try {
    limit = (await api.config()).max_direct_bytes;
  } catch {
    return; // curl will be told when it asks
  }
  if (opened) drawCommand();
}

/** Show what has become of the GIF that was asked for. */
async function take(entry, anew = false) {
  awaited = undefined;
  if (entry.state === "pending") {
    awaited = entry;
    stage.empty();
    return say(t.milling);
  }
  if (entry.state === "failed") {
    controls.drawFit();
    const lasting = entry.problem?.code === "cannot_fit"; // it would fail once more
    const words = [reasonOf(entry.problem), ...(stage.shown() ? [t.asBefore] : [])].join(" ");
    return trouble(words, ...(lasting ? undoing() : [t.tryAgain, order]));
  }
  const mine = asked;
  try {
    if (!await stage.draw(entry, t.pictureOf(entry.url.endsWith(".webp") ? "WebP" : "GIF", $("#sheet-says").textContent), () => mine === asked)) return;
  } catch {
    if (mine === asked) trouble(t.didNotArrive, t.tryAgain, () => take(entry, anew));
    return;
  }
  controls.drawFit(entry.bytes);
  drawActions(entry);
  if (anew) say(t.changed(opened));
}

function drawActions(entry) {
  const link = $("#download");
  link.hidden = entry.state !== "ready";
  $('[data-do="share"]').hidden = !stage.blob() || !navigator.canShare?.({ files: [file()] });
  if (link.hidden) return;
  link.href = entry.url;
  link.download = wall.fileNameOf(host.photo.name, entry);
  link.querySelector("span").textContent = entry.url.endsWith(".webp") ? t.downloadWebp : t.downloadGif;
}

function file() {
  const { blob, shown } = stage;
  return new File([blob()], wall.fileNameOf(host.photo.name, shown()), { type: blob().type });
}

// ---- a change --------------------------------------------------------------------------------------------------

function changed(all) {
  values = all;
  asked += 1;
  awaited = undefined;
  stage.empty();
  say("");
  drawCommand();
  clearTimeout(settling);
  settling = setTimeout(order, SETTLE_MS);
}

/** Send what has not been sent: another GIF is to be shown, or none. */
function settle() {
  if (settling) order();
}

async function order() {
  settling = clearTimeout(settling);
  say(t.milling);
  stage.empty();
  heard = new Map();
  asked += 1;
  const mine = asked;
  try {
    const entry = await host.change(opened, values);
    if (mine === asked) take(heard.get(keyOf(entry)) ?? entry, true);
  } catch (refusal) {
    if (mine === asked) refused(refusal);
  }
}

function refused(refusal) {
  if (!(refusal instanceof api.Refusal)) throw refusal;
  if (refusal.busy) return wait(refusal.retryAfterS, order);
  if (refusal.status === MANY_ORDERS) return trouble(t.tooMany, ...undoing());
  if (refusal.final) return trouble(reasonOf(refusal), ...undoing());
  trouble(`${refusal.title} ${refusal.detail}`, t.tryAgain, order);
}

/** What takes the last change back, where there is something to go back to. */
function undoing() {
  const before = stage.shown();
  return before ? [t.undo, () => { drawControls(before); order(); }] : [];
}

// ---- hands -----------------------------------------------------------------------------------------------------

function step(by) {
  const all = host.effects();
  const next = all.at((all.indexOf(opened) + by) % all.length);
  show(next);
  host.stepped(next);
}

async function copy(words, done) {
  say(await command.copy(words) ? done : t.copyRefused);
}

async function share() {
  try {
    await navigator.share({ files: [file()] });
  } catch (error) {
    if (error.name !== "AbortError") say(t.shareFailed); // that one is the visitor's own change of mind
  }
}

const DO = {
  close: () => dialog.close(),
  previous: () => step(-1),
  next: () => step(1),
  share,
  "pause-one": () => stage.pause(!stage.isPaused()),
  "copy-command": () => copy(command.text(), t.commandCopied),
  "copy-link": () => copy(host.link(), t.linkCopied),
};

dialog.onclick = ({ target, clientX, clientY }) => {
  DO[target.closest("[data-do]")?.dataset.do]?.();
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const outside = clientX < left || clientX > right || clientY < top || clientY > bottom;
  if (target === dialog && outside) dialog.close();
};

dialog.onclose = () => {
  if (!opened) return; // the photo was left
  settle();
  const last = opened;
  opened = undefined;
  forget();
  host.closed(last);
};

$("#controls").onsubmit = (event) => event.preventDefault();
