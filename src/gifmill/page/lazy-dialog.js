/** Lazy loading of the GIF dialog: its modules and styles load with the first photo. */

import * as alerts from "./alert-banner.js";
import { t } from "./i18n.js";

let host;
let loading;
let dialog;

/** Store the callbacks for `init` of gif-dialog.js. */
export function init(callbacks) {
  host = callbacks;
}

/** Load the dialog once, or again after a failure. */
export function load() {
  loading ??= Promise.all([import("./gif-dialog.js"), loadStyles()]).then(([module]) => {
    dialog = module;
    dialog.init(host);
  }).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

function loadStyles() {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "gif-dialog.css" });
    Object.assign(link, { onload: resolve, onerror: (event) => { link.remove(); reject(event); } });
    document.head.append(link);
  });
}

export async function open(effect) {
  const { photo } = host;
  try {
    await load();
  } catch {
    alerts.showError(t.noResponse, t.noResponseText, t.tryAgain, () => open(effect));
    return;
  }
  if (host.photo === photo) dialog.open(effect); // unless the visitor has left the photo meanwhile
}

export const update = (entry) => dialog?.update(entry);
export const close = () => dialog?.close();
