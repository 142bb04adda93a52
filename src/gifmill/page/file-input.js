/** Photos handed to the page: chosen, taken with the camera, dropped anywhere on it, or pasted. */

import * as notices from "./alert-banner.js";
import { t } from "./i18n.js";

const STALE_MS = 1_000; // what hangs over a page says so every 350 ms (HTML, "drag-and-drop processing model")
const PHOTO_NAME = /\.(avif|bmp|gif|hei[cf]|jpe?g|png|tiff?|webp)$/i; // HEIC has no type where the system knows none

const $ = (selector) => document.querySelector(selector);

/**
 * @param host {take(file), dragging(bool): whether a file hangs over the page}
 * @returns hand(file, others): the same for a file that came in another way, one of so many
 */
export function listen({ take, dragging }) {
  const hand = (file, others) => {
    take(file);
    if (others) notices.hint(t.oneAtATime, t.oneAtATimeText(file.name));
  };
  const handAll = (files) => {
    if (files.length) hand(likeliest(files), files.length - 1);
    return files.length > 0;
  };
  listenToInputs(handAll);
  listenToDrags(handAll, dragging);
  listenToPastes(handAll);
  return hand;
}

/** Of several files the first that looks like a photo: a folder's worth of them has others in it. */
function likeliest(files) {
  return files.find(({ type, name }) => type.startsWith("image/") || PHOTO_NAME.test(name)) ?? files[0];
}

function listenToInputs(hand) {
  for (const input of [$("#file"), $("#camera-file")]) {
    input.onchange = () => {
      hand([...input.files]);
      input.value = ""; // so that the same file can be chosen once more
    };
  }
  $("#camera").hidden = !matchMedia("(pointer: coarse)").matches; // elsewhere it would only choose a file
  $("#camera").onclick = () => $("#camera-file").click();
}

function listenToDrags(hand, dragging) {
  let ours = false; // a GIF dragged out of the page is no photo dropped on it
  let hanging = false;
  let timer;

  const hang = (on) => {
    clearTimeout(timer);
    if (on) timer = setTimeout(hang, STALE_MS, false); // not every browser tells of leaving
    if (hanging !== on) dragging(on);
    hanging = on;
  };
  const carries = ({ dataTransfer }) => !ours && dataTransfer.types.includes("Files");
  const carriesLink = ({ dataTransfer }) => !ours && dataTransfer.types.includes("text/uri-list"); // some browsers would go there

  document.addEventListener("dragstart", () => { ours = true; });
  for (const end of ["dragend", "pointerdown"]) document.addEventListener(end, () => { ours = false; }); // what was dragged may be gone by the end
  document.addEventListener("dragover", (event) => {
    if (carriesLink(event)) event.preventDefault();
    if (!carries(event)) return;
    event.preventDefault();
    hang(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget, clientX: x, clientY: y }) => {
    const within = x > 0 && y > 0 && x < innerWidth && y < innerHeight; // Safari never says for what it was left
    if (!relatedTarget && !within) hang(false);
  });
  document.addEventListener("drop", (event) => {
    hang(false);
    if (carries(event) || carriesLink(event)) event.preventDefault();
    if (!carries(event)) {
      if (carriesLink(event)) notices.hint(t.linkDropped, t.linkDroppedText);
      return;
    }
    hand([...event.dataTransfer.files]);
  });
}

function listenToPastes(hand) {
  document.addEventListener("paste", (event) => {
    if (hand([...event.clipboardData.files])) event.preventDefault();
  });
  $("#paste").hidden = !navigator.clipboard?.read; // only where the page came by HTTPS, or from this machine
  $("#paste").onclick = async () => {
    const files = await pasted();
    if (!files) notices.hint(t.pasteRefused, t.pasteByKeys);
    else if (!hand(files)) notices.hint(t.nothingToPaste, t.pasteHow);
  };
}

/** The photo in the clipboard, or none; undefined where it may not be read. */
async function pasted() {
  try {
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find((each) => each.startsWith("image/") && each !== "image/svg+xml");
      if (type) return [new File([await item.getType(type)], `image.${type.slice("image/".length)}`, { type })];
    }
  } catch (error) {
    if (error.name === "NotAllowedError") return undefined;
  }
  return []; // also where what is in it cannot be read
}
