/** Photo input: file picker, camera, drag and drop anywhere on the page, clipboard. */

import * as alerts from "./alert-banner.js";
import { t } from "./i18n.js";

const DRAG_TIMEOUT_MS = 1_000; // during a drag, dragover fires every 350 ms (HTML, "drag-and-drop processing model")
const PHOTO_NAME = /\.(avif|bmp|gif|hei[cf]|jpe?g|png|tiff?|webp)$/i; // systems that do not know HEIC give it no type

const $ = (selector) => document.querySelector(selector);

/**
 * Listen for photos.
 *
 * @param callbacks {onPhoto(file), onDrag(bool): whether a file is dragged over the page}
 * @returns receive(file, others): passes on a file from another source, one of several
 */
export function listenForPhotos({ onPhoto, onDrag }) {
  const receive = (file, others) => {
    onPhoto(file);
    if (others) alerts.showHint(t.oneAtATime, t.oneAtATimeText(file.name));
  };
  const receiveAll = (files) => {
    if (files.length) receive(likeliestPhoto(files), files.length - 1);
    return files.length > 0;
  };
  listenToInputs(receiveAll);
  listenToDrags(receiveAll, onDrag);
  listenToPastes(receiveAll);
  return receive;
}

/** The first file that looks like a photo: a folder's files include others. */
function likeliestPhoto(files) {
  return files.find(({ type, name }) => type.startsWith("image/") || PHOTO_NAME.test(name)) ?? files[0];
}

function listenToInputs(receive) {
  for (const input of [$("#file"), $("#camera-file")]) {
    input.onchange = () => {
      receive([...input.files]);
      input.value = ""; // allows the same file to be chosen again
    };
    if (input.files.length) queueMicrotask(input.onchange); // chosen while the scripts were loading
  }
  $("#camera").hidden = !matchMedia("(pointer: coarse)").matches; // elsewhere it would only open a file picker
  $("#camera").onclick = () => $("#camera-file").click();
}

function listenToDrags(receive, onDrag) {
  let fromPage = false; // a GIF dragged out of the page is no photo dropped on it
  let dragging = false;
  let timer;

  const setDragging = (on) => {
    clearTimeout(timer);
    if (on) timer = setTimeout(setDragging, DRAG_TIMEOUT_MS, false); // some browsers fire no dragleave
    if (dragging !== on) onDrag(on);
    dragging = on;
  };
  const hasFiles = ({ dataTransfer }) => !fromPage && dataTransfer.types.includes("Files");
  const hasLink = ({ dataTransfer }) => !fromPage && dataTransfer.types.includes("text/uri-list"); // some browsers would follow it

  document.addEventListener("dragstart", () => { fromPage = true; });
  for (const end of ["dragend", "pointerdown"]) document.addEventListener(end, () => { fromPage = false; }); // a removed element fires no dragend
  document.addEventListener("dragover", (event) => {
    if (hasLink(event)) event.preventDefault();
    if (!hasFiles(event)) return;
    event.preventDefault();
    setDragging(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget, clientX: x, clientY: y }) => {
    const inside = x > 0 && y > 0 && x < innerWidth && y < innerHeight; // Safari never sets relatedTarget
    if (!relatedTarget && !inside) setDragging(false);
  });
  document.addEventListener("drop", (event) => {
    setDragging(false);
    if (hasFiles(event) || hasLink(event)) event.preventDefault();
    if (!hasFiles(event)) {
      if (hasLink(event)) alerts.showHint(t.linkDropped, t.linkDroppedText);
      return;
    }
    receive([...event.dataTransfer.files]);
  });
}

function listenToPastes(receive) {
  document.addEventListener("paste", (event) => {
    if (receive([...event.clipboardData.files])) event.preventDefault();
  });
  $("#paste").hidden = !navigator.clipboard?.read; // only available over HTTPS or from localhost
  $("#paste").onclick = async () => {
    const files = await readClipboard();
    if (!files) alerts.showHint(t.pasteRefused, t.pasteByKeys);
    else if (!receive(files)) alerts.showHint(t.nothingToPaste, t.pasteHow);
  };
}

/** The photo in the clipboard, or an empty list; undefined without permission. */
async function readClipboard() {
  try {
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find((each) => each.startsWith("image/") && each !== "image/svg+xml");
      if (type) return [new File([await item.getType(type)], `image.${type.slice("image/".length)}`, { type })];
    }
  } catch (error) {
    if (error.name === "NotAllowedError") return undefined;
  }
  return []; // also if the clipboard's content cannot be read
}
