/** The sheet: one card opened, large, with what can be changed about it. Of several changes only the last one counts. */

import * as actions from "./gif-actions.js";
import * as api from "./api.js";
import * as command from "./shell-commands.js";
import * as controls from "./option-controls.js";
import * as options from "./gif-options.js";
import * as stage from "./gif-preview.js";
import * as wall from "./card-grid.js";
import { keyOf } from "./gif-options.js";
import { say, trouble, wait } from "./dialog-status.js";
import { reasonOf, summaryOf, t } from "./i18n.js";
import { doesNotFit } from "./locale.js";

const SETTLE_MS = 250; // a slider that is dragged changes many times: so long it must rest
const LEFT = "another GIF is shown, or none";

const $ = (selector) => document.querySelector(selector);
const dialog = $("#sheet");

let host;
let opened; // the effect that is shown
let values; // what its controls say
let settling; // a change that was not sent yet
let asked = new AbortController(); // for what was asked for last: whatever comes of something earlier is too late
let postponed; // the refusal of a mill that is busy: its change is tried again
let awaited; // the entry that is to be shown once it is ready
let heard = new Map(); // entries told of since the last order: a push may be faster than its answer
let limit; // how many bytes the server takes at once

/**
 * Learn who has the photo.
 *
 * @param known {photo, entry(effect), effects(), change(effect, values), stepped(effect), closed(effect), link(), gone(), remove(failed),
 *   unmade(effect, values, refusal): a change was refused, and its GIF is not shown any more}
 */
export function begin(known) {
  host = known;
}

/** Open, or step to, the GIF of this effect. */
export function show(effect) {
  if (opened === effect) return;
  handOver();
  supersede(LEFT);
  opened = effect;
  const entry = host.entry(effect);
  const all = host.effects();
  $("#sheet-title").textContent = effect;
  $("#sheet-says").textContent = summaryOf(options.effectNamed(effect));
  $("#sheet-place").textContent = t.place(all.indexOf(effect) + 1, all.length);
  stage.clear();
  actions.draw(entry, host.photo.name);
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
  supersede(LEFT);
  stage.clear();
  say("");
}

function supersede(reason) {
  asked.abort(reason);
  asked = new AbortController();
  postponed = undefined;
}

// ---- what is shown ---------------------------------------------------------------------------------------------

function drawControls(entry) {
  values = options.valuesOf(entry);
  const { kept } = host.photo;
  controls.draw(opened, values, changed, kept && Math.max(kept.width, kept.height));
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
    hold();
    return say(t.milling);
  }
  if (entry.state === "failed") {
    controls.drawFit();
    return stay(reasonOf(entry.problem), ...(doesNotFit(entry) ? undoing() : [t.tryAgain, order])); // it would not the next time
  }
  const { signal } = asked;
  try {
    if (!await stage.draw(entry, t.pictureOf(entry.url.endsWith(".webp") ? "WebP" : "GIF", $("#sheet-says").textContent), signal)) return;
  } catch {
    if (!signal.aborted) trouble(t.didNotArrive, t.tryAgain, () => take(entry, anew));
    return;
  }
  controls.drawFit(entry.bytes);
  actions.draw(entry, host.photo.name);
  if (anew) say(t.changed(opened));
}

/** What was asked for is not there, and what is shown is what was there before. */
function stay(words, ...remedy) {
  const before = stage.shown();
  if (before) actions.draw(before, host.photo.name);
  else if (host.photo.face) stage.drawFace(host.photo.face);
  trouble(before ? `${words} ${t.asBefore}` : words, ...remedy);
}

function hold() {
  stage.empty();
  actions.hold();
}

// ---- a change --------------------------------------------------------------------------------------------------

function changed(all) {
  values = all;
  supersede();
  awaited = undefined;
  hold();
  say("");
  drawCommand();
  clearTimeout(settling);
  settling = setTimeout(order, SETTLE_MS);
}

/** Another GIF is to be shown, or none: send what has not been sent, and let the wall wait for what waits. */
function handOver() {
  if (settling) order();
  if (postponed) host.unmade(opened, values, postponed);
}

async function order() {
  settling = clearTimeout(settling);
  say(navigator.onLine ? t.milling : t.offline);
  hold();
  heard = new Map();
  supersede();
  const { signal } = asked;
  const [effect, wanted, { photo }] = [opened, values, host];
  try {
    const entry = await host.change(effect, wanted);
    if (!signal.aborted) take(heard.get(keyOf(entry)) ?? entry, true);
  } catch (refusal) {
    if (!signal.aborted) refused(refusal);
    else if (signal.reason === LEFT && host.photo === photo) host.unmade(effect, wanted, refusal);
  }
}

function refused(refusal) {
  if (!(refusal instanceof api.Refusal)) throw refusal;
  if (refusal.gone) return host.gone();
  if (refusal.busy) {
    postponed = refusal;
    return wait(refusal.retryAfterS, order);
  }
  if (refusal.final) return stay(reasonOf(refusal), ...undoing());
  stay(reasonOf(refusal), t.tryAgain, order);
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

const DO = {
  close: () => dialog.close(),
  previous: () => step(-1),
  next: () => step(1),
  share: async () => { if (!await actions.share()) say(t.shareFailed); },
  "pause-one": () => stage.pause(!stage.isPaused()),
  "copy-command": () => copy(command.text(), t.commandCopied),
  "copy-link": () => copy(host.link(), t.linkCopied),
  delete: () => actions.remove(host.remove),
};

function isOutside({ target, clientX: x, clientY: y }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (x < left || x > right || y < top || y > bottom);
}

let pressedOutside = false; // words that are being selected may end anywhere

dialog.onpointerdown = (event) => { pressedOutside = isOutside(event); };
dialog.onclick = (event) => {
  DO[event.target.closest("[data-do]")?.dataset.do]?.();
  if (pressedOutside && isOutside(event)) dialog.close();
};

dialog.onclose = () => {
  if (!opened) return; // the photo was left
  handOver();
  const last = opened;
  opened = undefined;
  forget();
  host.closed(last);
};

$("#controls").onsubmit = (event) => event.preventDefault();
