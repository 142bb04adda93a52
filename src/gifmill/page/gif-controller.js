/** A photo's GIFs: laid out on the wall, followed as they change, changed by their visitor. */

import * as address from "./url-state.js";
import * as api from "./api.js";
import * as fit from "./platforms.js";
import * as notices from "./alert-banner.js";
import * as options from "./gif-options.js";
import * as sheet from "./lazy-dialog.js";
import * as tray from "./photo-panel.js";
import * as wall from "./card-grid.js";
import { keyOf } from "./gif-options.js";
import { follow } from "./status-updates.js";
import { lasting } from "./offline-retry.js";
import { faceOf } from "./canvas-images.js";
import { reasonOf, t, titleOf } from "./i18n.js";
import { drawExpiry, drawFace, goToStart, photo } from "./views.js";

/** Lay out a card for each GIF, and say where they are to go. */
export function lay(mine, entries) {
  sheet.fetchSheet().catch(() => {}); // tried again when a GIF is opened
  wall.begin(mine, entries, {
    open,
    again: makeAgain,
    ready: (effect, still) => tray.drawThumb(wall.entries().findIndex((gif) => gif.effect === effect), still),
    lost: drawState,
  });
  tray.drawPlace(fit.destination(entries.length ? fit.placeOf(entries[0]) : undefined));
}

export const drawState = () => tray.drawState(wall.entries(), wall.isPaused());

/** The entry of each effect that its card shows: as the address says, or else as most of the photo's GIFs are. */
function laidOut(status, changed) {
  const texts = status.gifs.map((gif) => gif.options);
  const commonness = (text) => texts.filter((each) => each === text).length;
  const usual = texts.toSorted((a, b) => commonness(b) - commonness(a))[0];
  return options.effectNames().flatMap((name) => {
    const its = status.gifs.filter(({ effect }) => effect === name);
    const wish = (text) => its.find((gif) => gif.options === text);
    return wish(changed.get(name)) ?? wish(usual) ?? its[0] ?? [];
  });
}

/** The server has the photo: show what it says about it, and follow what changes. */
export function accept(mine, status) {
  Object.assign(mine, { id: status.id, expires: Date.parse(status.expires), sent: 1 });
  if (mine.face) tray.drawFace(mine.face);
  else if (status.photo) wall.shape(status.photo.width, status.photo.height);
  hear(mine, status);
  drawExpiry();
  wall.grind();
  const tell = {
    status: (fresh) => hear(mine, fresh),
    gif: (gif) => hear(mine, { gifs: [gif] }),
    gone: () => { if (!mine.leaving) goToStart("gone"); },
  };
  mine.following = follow(status, tell, mine.life.signal);
}

/** What the server says of GIFs, all or one: each card shows its own. */
function hear(mine, { photo: size, gifs }) {
  if (size) drawSize(mine, size);
  for (const gif of gifs) {
    const late = gif.state === "pending" && mine.gifs.get(keyOf(gif))?.state === "ready";
    if (late) continue; // a status that was read before a push, and came after it
    mine.gifs.set(keyOf(gif), gif);
    if (wall.entryOf(gif.effect)?.options === gif.options) wall.update(gif);
    sheet.update(gif);
  }
  if (turnedDown(mine)) return;
  drawState();
  borrowFace(mine);
}

const KEPT_PX = 1_080; // photos are kept no larger: such a one may have been larger

function drawSize(mine, kept) {
  mine.kept = kept;
  const whole = !mine.file && Math.max(kept.width, kept.height) < KEPT_PX ? kept : undefined;
  tray.drawSize(mine.pixels ?? whole);
}

const OF_ONE_GIF = ["render_failed", "cannot_fit"]; // other problems are the photo's

/** A photo that was sent with a form is looked at only afterwards: it may turn out to be none. */
function turnedDown(mine) {
  const gifs = wall.entries();
  if (!gifs.length || gifs.some(({ state, problem }) => state !== "failed" || OF_ONE_GIF.includes(problem.code))) return false;
  address.replace();
  goToStart();
  notices.failure(t.cannotBeUsed(mine.name), reasonOf(gifs[0].problem), t.choose, choose);
  return true;
}

// Both start with the photo itself. Without the file, one of them lends its first frame to the dial.
const PHOTO_FIRST = ["recursive", "cyclic"];

function borrowFace(mine) {
  const lender = wall.entries().find(({ effect, state }) => state === "ready" && PHOTO_FIRST.includes(effect));
  if (mine.face || mine.borrowing || !lender) return;
  mine.borrowing = true;
  const lent = api.picture(lender.url, mine.life.signal).then(faceOf);
  lent.then((face) => drawFace(mine, face), () => {}); // if it does not arrive, its card says so
}

/** Order one GIF; its entry, as the server says it now. */
async function order(mine, effect, text) {
  const status = await lasting((signal) => api.order(mine.id, effect, options.read(text), signal), mine.life.signal);
  if (mine !== photo) throw new DOMException("The photo was left.", "AbortError");
  hear(mine, status);
  const gif = mine.gifs.get(keyOf({ effect, options: text }));
  mine.following.expect(gif);
  return gif;
}

/** The card of this effect shows the GIF with these values from now on, and so does the address. */
async function change(effect, values) {
  const mine = photo;
  const text = options.write(effect, values);
  mine.wished.set(effect, text);
  const known = mine.gifs.get(keyOf({ effect, options: text }));
  const gif = known && known.state !== "failed" ? known : await order(mine, effect, text);
  if (mine.wished.get(effect) !== text) return gif; // answers may overtake each other: only the last change counts
  mine.changed.set(effect, text);
  wall.update(gif);
  drawState();
  address.replace({ photo: mine.id, changed: mine.changed, open: address.read().open });
  return gif;
}

/** Order a GIF from the wall; where that is refused, say so, with a way to do it again. */
async function insist(mine, effect, ordering) {
  try {
    await ordering();
  } catch (refusal) {
    if (mine === photo) unmade(effect, refusal, ordering);
  }
}

function unmade(effect, refusal, ordering) {
  if (!(refusal instanceof api.Refusal)) throw refusal;
  const mine = photo;
  const again = () => insist(mine, effect, ordering);
  if (refusal.gone) goToStart("gone");
  else if (refusal.busy) {
    tray.say(t.busyAloud(refusal.retryAfterS));
    notices.busy(t.busy, t.waitsForIts(effect), refusal.retryAfterS, again);
  } else if (refusal.final) notices.hint(t.notMade(effect), reasonOf(refusal));
  else notices.failure(t.notMade(effect), reasonOf(refusal), t.tryAgain, again);
}

const makeAgain = (gif) => insist(photo, gif.effect, async () => wall.update(await order(photo, gif.effect, gif.options)));

// ---- one of them, large ----------------------------------------------------------------------------------------

/** Open a GIF as one step, from which Back leads to the wall. */
function open(effect) {
  address.push({ photo: photo.id, changed: photo.changed, open: effect }, { ...history.state, opened: true });
  sheet.show(effect);
}

sheet.begin({
  get photo() { return photo; },
  entry: wall.entryOf,
  effects: () => wall.entries().map(({ effect }) => effect),
  change,
  unmade: (effect, values, refusal) => unmade(effect, refusal, () => change(effect, values)),
  gone: () => goToStart("gone"),
  stepped: (effect) => address.replace({ photo: photo.id, changed: photo.changed, open: effect }),
  closed(effect) {
    wall.focus(effect);
    tray.sayMissed();
    if (!photo || !address.read().open) return;
    if (history.state?.opened) history.back(); // the step that opened it
    else address.replace({ photo: photo.id, changed: photo.changed });
  },
  link: () => location.href,
  remove,
});

// ---- all of them -----------------------------------------------------------------------------------------------

const choose = () => document.querySelector("#hub").click();

const notDeleted = (refusal) => notices.failure(titleOf(refusal), `${reasonOf(refusal)} ${t.nothingDeleted}`, t.tryAgain, () => remove());

/** Delete the photo with all that was made of it. */
export async function remove(failed = notDeleted) {
  const mine = photo;
  mine.leaving = true; // the socket may tell before the call returns
  try {
    await api.remove(mine.id);
  } catch (refusal) {
    mine.leaving = false;
    if (mine === photo && !refusal.gone) return failed(refusal);
  }
  if (mine !== photo) return;
  address.push();
  goToStart();
  notices.done(t.deleted, t.deletedText, t.choose, choose);
  tray.say(t.deletedAloud);
}

/** Lay out what the address says of a photo that the server knows. */
export function restore(mine, status, { changed, open: opened }) {
  const entries = laidOut(status, changed);
  mine.changed = new Map([...changed].filter(([effect, text]) => entries.some((gif) => gif.effect === effect && gif.options === text)));
  lay(mine, entries);
  accept(mine, status);
  const shown = wall.entryOf(opened) && opened;
  address.replace({ photo: mine.id, changed: mine.changed, open: shown }); // what makes no sense is not copied on
  if (shown) sheet.show(shown);
}

/** The address has changed while its photo is shown: open or close what it says. What was changed stays. */
export function readdress({ open: opened }) {
  if (opened && wall.entryOf(opened)) sheet.show(opened);
  else if (document.querySelector("#sheet").open) document.querySelector("#sheet").close();
  address.replace({ photo: photo.id, changed: photo.changed, open: opened });
}
