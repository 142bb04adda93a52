/** Photo input: file picker, camera, drag and drop anywhere on the page, clipboard. */

import { $ } from "./dom.js";

const DRAG_TIMEOUT_MS = 1_000; // during a drag, dragover fires every 350 ms (HTML, "drag-and-drop processing model")

/** Open the file picker. */
export const choosePhoto = () => $("#file").click();

/**
 * Listen for files.
 *
 * @param callbacks
 *   onFiles(files, entries): files of any kind; of a drop, also the FileSystemEntry of each
 *   onDrag(bool): whether a file is dragged over the page
 *   onHint(name): "link" or "text" instead of a file, or "refused": the browser forbids reading the clipboard
 *   onIntent(): the visitor is about to choose a photo
 */
export function listenForPhotos({ onFiles, onDrag, onHint, onIntent }) {
  listenToInputs(onFiles, onIntent);
  listenToDrags(onFiles, onDrag, onHint, onIntent);
  listenToPastes(onFiles, onHint);
}

function listenToInputs(onFiles, onIntent) {
  for (const input of document.querySelectorAll("input[type=file]")) {
    input.onchange = () => {
      if (input.files.length) onFiles([...input.files]);
      input.value = ""; // allows the same file to be chosen again
    };
    for (const event of ["pointerenter", "pointerdown", "focus"]) input.addEventListener(event, onIntent, { once: true });
    if (input.files.length) queueMicrotask(input.onchange); // chosen while the scripts were loading
  }
}

function listenToDrags(onFiles, onDrag, onHint, onIntent) {
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
  const hasText = ({ dataTransfer }) => !fromPage && dataTransfer.types.some((type) => type.startsWith("text/")); // some browsers follow links
  const isTaken = (event) => hasFiles(event) || (hasText(event) && !takesText(event.target));

  document.addEventListener("dragstart", () => { fromPage = true; });
  for (const end of ["dragend", "pointerdown"]) document.addEventListener(end, () => { fromPage = false; }); // a removed element fires no dragend
  document.addEventListener("dragenter", (event) => { if (hasFiles(event)) onIntent(); });
  document.addEventListener("dragover", (event) => {
    if (isTaken(event)) event.preventDefault();
    if (hasFiles(event)) setDragging(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget, clientX: x, clientY: y }) => {
    const inside = x > 0 && y > 0 && x < innerWidth && y < innerHeight; // Safari never sets relatedTarget
    if (!relatedTarget && !inside) setDragging(false);
  });
  document.addEventListener("drop", (event) => {
    setDragging(false);
    if (!isTaken(event)) return;
    event.preventDefault();
    const { files, items } = event.dataTransfer;
    if (!hasFiles(event)) return onHint(isLink(event.dataTransfer) ? "link" : "text");
    const entries = [...items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry?.()); // only known during the event
    onFiles([...files], entries);
  });
}

function listenToPastes(onFiles, onHint) {
  document.addEventListener("paste", (event) => {
    const { clipboardData, target } = event;
    const files = [...clipboardData.files];
    if (!files.length && takesText(target)) return;
    event.preventDefault();
    if (files.length) onFiles(files);
    else onHint(isLink(clipboardData) ? "link" : "text");
  });
  $("#paste").hidden = !navigator.clipboard?.read; // only available over HTTPS or from localhost
  $("#paste").onclick = async () => {
    const files = await readClipboard();
    if (files?.length) onFiles(files);
    else onHint(files ? "text" : "refused");
  };
}

/** Whether text can be typed into an element. */
const takesText = (target) => Boolean(target.closest?.("input:not([type=file]), textarea, [contenteditable]"));

const isLink = (data) => data.types.includes("text/uri-list") || /^\s*(https?:|www\.)\S+\s*$/i.test(data.getData("text/plain"));

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
