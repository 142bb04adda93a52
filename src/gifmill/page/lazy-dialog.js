/** Lazy loading of the GIF dialog: its modules and styles load with the first photo, and it opens with the state. */

import * as alerts from "./alert-banner.js";
import { t } from "./i18n.js";
import { loadStyles } from "./load-styles.js";
import { closeGif } from "./navigation.js";
import { getState, subscribe } from "./state.js";

let loading;

subscribe(({ current }) => current, (current) => { if (current) load().catch(() => {}); }); // tried again when a GIF is opened
subscribe(({ open }) => open, (open) => { if (open) show(); });

/** Load the dialog once, or again after a failure. */
function load() {
  loading ??= Promise.all([import("./gif-dialog.js"), loadStyles("gif-dialog.css")]).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function show() {
  try {
    const [dialog] = await load();
    dialog.follow(getState().open);
  } catch {
    closeGif();
    alerts.showError(t.noResponse, t.noResponseText, t.tryAgain, show);
  }
}
