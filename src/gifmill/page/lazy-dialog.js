/** The sheet, its controls and its looks: fetched with the first photo, as nobody opens a GIF before there is one. */

import * as notices from "./alert-banner.js";
import { t } from "./i18n.js";

let host;
let coming;
let sheet;

/** What the sheet's own `begin` takes. */
export function begin(known) {
  host = known;
}

/** Fetch it, unless that has been done. */
export function fetchSheet() {
  coming ??= Promise.all([import("./gif-dialog.js"), styled()]).then(([module]) => {
    sheet = module;
    sheet.begin(host);
  }).catch((error) => {
    coming = undefined;
    throw error;
  });
  return coming;
}

function styled() {
  return new Promise((resolve, reject) => {
    const looks = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "gif-dialog.css" });
    Object.assign(looks, { onload: resolve, onerror: (event) => { looks.remove(); reject(event); } });
    document.head.append(looks);
  });
}

export async function show(effect) {
  const { photo } = host;
  try {
    await fetchSheet();
  } catch {
    notices.failure(t.noAnswer, t.noAnswerText, t.tryAgain, () => show(effect));
    return;
  }
  if (host.photo === photo) sheet.show(effect); // it has not been left meanwhile
}

export const update = (entry) => sheet?.update(entry);
export const end = () => sheet?.end();
