/** A photo's GIFs: laid out on the wall, followed as they change, changed by their visitor. */

import * as address from "./address.js";
import * as api from "./api.js";
import * as fit from "./fit.js";
import * as notices from "./notices.js";
import * as options from "./options.js";
import * as sheet from "./later.js";
import * as tray from "./tray.js";
import * as wall from "./wall.js";
import { follow } from "./live.js";
import { faceOf } from "./pictures.js";
import { reasonOf, t } from "./strings.js";
import { drawExpiry, drawFace, goToStart, photo } from "./views.js";

const keyOf = ({ effect, options: text }) => `${text}/${effect}`;

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
  if (size) tray.drawSize(size);
  for (const gif of gifs) {
    mine.gifs.set(keyOf(gif), gif);
    if (wall.entryOf(gif.effect)?.options === gif.options) wall.update(gif);
    sheet.update(gif);
  }
  if (turnedDown(mine)) return;
  drawState();
  borrowFace(mine);
}

const OF_ONE_GIF = ["render_failed", "cannot_fit"]; // other problems are the photo's

/** A photo that was sent with a form is looked at only afterwards: it may turn out to be none. */
function turnedDown(mine) {
  const gifs = wall.entries();
  if (!gifs.length || gifs.some(({ state, problem }) => state !== "failed" || OF_ONE_GIF.includes(problem.code))) return false;
  address.replace();
  goToStart();
  notices.failure(t.cannotBeUsed(mine.name), reasonOf(gifs[0].problem), t.choose, () => document.querySelector("#hub").click());
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
  const status = await api.order(mine.id, effect, options.read(text));
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

async function makeAgain(gif) {
  const mine = photo;
  try {
    wall.update(await order(mine, gif.effect, gif.options));
  } catch (refusal) {
    if (mine !== photo) return;
    if (refusal.gone) goToStart("gone");
    else if (refusal.busy) notices.busy(t.busy, t.waitsForIts(gif.effect), refusal.retryAfterS, () => makeAgain(gif));
    else notices.failure(refusal.title, refusal.detail, t.tryAgain, () => makeAgain(gif));
  }
}

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
  stepped: (effect) => address.replace({ photo: photo.id, changed: photo.changed, open: effect }),
  closed(effect) {
    wall.focus(effect);
    if (!photo || !address.read().open) return;
    if (history.state?.opened) history.back(); // the step that opened it
    else address.replace({ photo: photo.id, changed: photo.changed });
  },
  link: () => location.href,
  say: tray.say,
});

/** Lay out what the address says of a photo that the server knows. */
export function restore(mine, status, { changed, open: opened }) {
  const entries = laidOut(status, changed);
  mine.changed = new Map([...changed].filter(([effect, text]) => entries.some((gif) => gif.effect === effect && gif.options === text)));
  lay(mine, entries);
  accept(mine, status);
  if (opened && wall.entryOf(opened)) sheet.show(opened);
}

/** The address has changed while its photo is shown: open or close what it says. What was changed stays. */
export function readdress({ open: opened }) {
  if (opened && wall.entryOf(opened)) sheet.show(opened);
  else if (document.querySelector("#sheet").open) document.querySelector("#sheet").close();
  address.replace({ photo: photo.id, changed: photo.changed, open: opened });
}
