/** What can be done with the GIF that the sheet shows: it can be saved, shared, linked to. Deleting is about all of them. */

import * as stage from "./gif-preview.js";
import { trouble } from "./dialog-status.js";
import { reasonOf, t } from "./i18n.js";
import { fileNameOf } from "./card-grid.js";

const $ = (selector) => document.querySelector(selector);
const all = document.querySelectorAll('.actions > :not([data-do="delete"])');

let name; // of the photo

/** Offer what can be done with this entry of the photo of that name. */
export function draw(entry, photoName) {
  name = photoName;
  for (const action of all) action.inert = false;
  const link = $("#download");
  link.hidden = entry.state !== "ready";
  $('[data-do="share"]').hidden = !stage.blob() || !navigator.canShare?.({ files: [file()] });
  if (link.hidden) return;
  link.href = entry.url;
  link.download = fileNameOf(name, entry);
  link.querySelector("span").textContent = entry.url.endsWith(".webp") ? t.downloadWebp : t.downloadGif;
}

/** Another GIF is on its way: the one that is shown is not what the controls say, nor is its address. */
export function hold() {
  for (const action of all) action.inert = true;
}

/** Whether it was, or the visitor thought better of it. */
export async function share() {
  try {
    await navigator.share({ files: [file()] });
  } catch (error) {
    return error.name === "AbortError";
  }
  return true;
}

/** Delete it with all others and the photo: more than the sheet shows, and close to what is pressed often. It asks first. */
export function remove(removing) {
  const failed = (refusal) => trouble(`${reasonOf(refusal)} ${t.nothingDeleted}`, t.tryAgain, confirmed);
  const confirmed = () => removing(failed);
  trouble(t.deleteAsk, t.deleteNow, confirmed);
}

function file() {
  const { blob, shown } = stage;
  return new File([blob()], fileNameOf(name, shown()), { type: blob().type });
}
