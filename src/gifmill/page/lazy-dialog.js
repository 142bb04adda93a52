/** Lazy loading of the GIF dialog: its modules and styles load after the first GIFs, and it opens with the state. */

import * as alerts from "./alert-banner.js";
import { t } from "./i18n.js";
import { loadStyles } from "./load-styles.js";
import { closeGif, openGif } from "./navigation.js";
import { once } from "./once.js";
import { getState, subscribe } from "./state.js";

const load = once(() => Promise.all([import("./gif-dialog.js"), loadStyles("gif-dialog.css")]));

subscribe(({ open }) => open, (open) => { if (open) show(open); });

/** Load the dialog before a GIF is opened. */
export const prepareDialog = () => { load().catch(() => {}); }; // tried again when a GIF is opened

async function show(effect) {
  let dialog;
  try {
    [dialog] = await load();
  } catch {
    if (getState().open !== effect) return; // the visitor has left it
    closeGif();
    return alerts.showError(t.noResponse, t.noResponseText, t.tryAgain, () => openGif(effect));
  }
  dialog.showOpenGif(getState().open);
}
