/** Lists of photos as small pictures. Tiles are updated in place, so that they keep the focus. */

import { $ } from "./dom.js";
import { t } from "./i18n.js";
import { formatPercent, formatTimeLeft } from "./locale.js";
import { isOwn, isUnfinished } from "./photo-state.js";

const template = $("#photo-tile-template").content.firstElementChild;

/** The visitor's own photos, in the order in which they were chosen. */
export const ownPhotos = ({ photos }) => photos.filter(isOwn);

const MINUTE_MS = 60_000;

/** The time until a photo is deleted: "23 h". */
const timeLeft = ({ expires }) => formatTimeLeft(Math.max(0, expires - Date.now()));

/** The state of a photo: "ready", "queued", "uploading" or "failed". */
function tileState({ stage }) {
  if (["interrupted", "refused"].includes(stage)) return "failed";
  if (["queued", "waiting"].includes(stage)) return "queued";
  return stage === "preparing" || stage === "uploading" ? "uploading" : "ready";
}

function stateText(photo) {
  const state = tileState(photo);
  if (state === "uploading") return photo.stage === "preparing" ? t.uploading : t.uploaded(formatPercent(photo.uploaded));
  return { queued: t.pending, failed: t.failed, ready: t.deletedIn(timeLeft(photo)) }[state];
}

/**
 * Prepare a list of photos.
 *
 * @param list the `<ul>`
 * @param onOpen, onRemove take a photo's key
 * @param canRemove takes a photo: whether it has a button that removes it
 * @param hasNotes whether each photo has a note with the time until it is deleted
 * @param focusWithout moves the focus when the tile that had it was the last one
 * @returns draw(photos, key of the current one)
 */
export function createTiles(list, { onOpen, onRemove, canRemove, hasNotes = false, focusWithout }) {
  const tiles = new Map(); // by key: {node, photo, isCurrent}
  let scrolledTo; // the key of the photo that the list was scrolled to

  function add(key) {
    const node = template.cloneNode(true);
    const [open, remove] = node.querySelectorAll("button");
    open.onclick = () => onOpen(key);
    remove.onclick = () => onRemove(key);
    node.onkeydown = (event) => { if (event.key === "Delete" && !remove.hidden) onRemove(key); };
    tiles.set(key, { node });
    return tiles.get(key);
  }

  function remove(key, shown) {
    const { node } = tiles.get(key);
    const hadFocus = node.contains(document.activeElement);
    const next = node.nextElementSibling ?? node.previousElementSibling;
    node.remove();
    tiles.delete(key);
    if (!hadFocus) return;
    if (shown.length && next) next.querySelector("button").focus();
    else focusWithout();
  }

  setInterval(() => { for (const tile of tiles.values()) drawTime(tile, hasNotes); }, MINUTE_MS);

  return (photos, current) => {
    for (const key of tiles.keys()) if (!photos.some((photo) => photo.key === key)) remove(key, photos);
    for (const [i, photo] of photos.entries()) {
      const tile = tiles.get(photo.key) ?? add(photo.key);
      if (list.children[i] !== tile.node) list.insertBefore(tile.node, list.children[i] ?? null);
      drawTile(tile, photo, photo.key === current, canRemove(photo));
      drawTime(tile, hasNotes);
    }
    const shown = tiles.has(current) ? current : undefined;
    if (shown !== scrolledTo) scrollToCurrent(list); // not at other changes: the visitor may be scrolling the list
    scrolledTo = shown;
  };
}

function drawTile(tile, photo, isCurrent, canRemove) {
  if (tile.photo === photo && tile.isCurrent === isCurrent) return;
  Object.assign(tile, { photo, isCurrent });
  const { node } = tile;
  const [open, remove] = node.querySelectorAll("button");
  const picture = node.querySelector("img");
  node.dataset.state = tileState(photo);
  open.title = photo.name;
  if (isCurrent) open.setAttribute("aria-current", "true");
  else open.removeAttribute("aria-current");
  picture.hidden = !photo.icon;
  if (photo.icon && picture.getAttribute("src") !== photo.icon) picture.src = photo.icon;
  drawBadge(node.querySelector(".photo-tile-badge"), photo);
  remove.hidden = !canRemove;
  remove.setAttribute("aria-label", t.removePhoto(photo.name));
}

/** Update the texts that depend on the time: the name of the button has the state of the photo, or when it is deleted. */
function drawTime({ node, photo }, hasNote) {
  node.querySelector("button").setAttribute("aria-label", t.photoIs(photo.name, stateText(photo)));
  node.querySelector(".photo-tile-note").textContent = hasNote && photo.expires ? timeLeft(photo) : "";
}

/** Show the state of an unfinished photo on its picture. */
function drawBadge(badge, photo) {
  const state = tileState(photo);
  const icon = { queued: "#i-wait", failed: "#i-warn" }[state];
  badge.hidden = state === "ready";
  badge.querySelector("svg").toggleAttribute("hidden", !icon);
  if (icon) badge.querySelector("use").setAttribute("href", icon);
  badge.querySelector("span").textContent = state === "uploading" ? formatPercent(photo.uploaded) : "";
}

/** Scroll the list, but not the page, so that the current photo is seen. */
function scrollToCurrent(list) {
  const current = list.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!current) return;
  const { left, right } = list.getBoundingClientRect();
  if (current.left < left) list.scrollLeft -= left - current.left;
  else if (current.right > right) list.scrollLeft += current.right - right;
}
