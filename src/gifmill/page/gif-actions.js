/** Actions on the GIF in the dialog: share, download, copy its file or link, make an MP4. */

import * as preview from "./gif-preview.js";
import { canCopy, copyFile, copyText } from "./clipboard.js";
import { keepFocus, showChoice, showStatus } from "./dialog-status.js";
import { $ } from "./dom.js";
import { canShare, fileOf, shareFile } from "./full-gif.js";
import { fileStem, gifFileName } from "./gif-options.js";
import { formatLifetime, t } from "./i18n.js";
import { photoOf } from "./photo-state.js";
import { saveBlob } from "./save-file.js";
import { getState, subscribe } from "./state.js";

const MP4_TYPE = "video/mp4";

const action = (name) => $(`.gif-actions [data-action="${name}"]`);

let canMakeMp4; // unknown until a GIF is shown
let making = new AbortController(); // aborts an MP4 when its GIF is not shown any more

subscribe(({ dialog }) => dialog, (dialog, previous) => {
  if (!dialog) return making.abort();
  const { shown, isLoading } = dialog;
  if (shown !== previous?.shown || isLoading !== previous?.isLoading) draw(dialog);
});

/** Offer what the browser can do with the shown GIF; nothing while it does not match the controls, as another is made or has failed. */
function draw({ shown: entry, isLoading, ordered, key }) {
  making.abort();
  const hadFocus = $(".gif-actions").contains(document.activeElement);
  for (const button of document.querySelectorAll(".gif-actions .button")) button.inert = isLoading || entry?.options !== ordered;
  const sharing = entry ? canShare(typeOf(entry)) : canShare();
  action("share").hidden = !sharing;
  action("share").classList.toggle("primary", sharing); // the main action, where the browser has it
  action("copy-gif").hidden = !entry || !canCopy(typeOf(entry));
  action("mp4").hidden = !canMakeMp4;
  const link = $("#download");
  link.classList.toggle("primary", !sharing);
  link.querySelector("span").textContent = entry && typeOf(entry) === "image/webp" ? t.downloadWebp : t.downloadGif;
  if (hadFocus) keepFocus();
  if (!entry) return link.removeAttribute("href");
  Object.assign(link, { href: entry.url, download: gifFileName(photoOf(key).name, entry) });
  if (canMakeMp4 === undefined) detectMp4();
}

const typeOf = ({ url }) => `image/${url.split(".").at(-1)}`;

/** Offer an MP4 if the browser can make it; the module loads after the first GIF. */
async function detectMp4() {
  canMakeMp4 = false;
  if (!("VideoEncoder" in globalThis)) return;
  try {
    const { canExportMp4 } = await import("./mp4-export.js");
    canMakeMp4 = await canExportMp4();
  } catch {
    canMakeMp4 = undefined; // the next GIF tries again
  }
  action("mp4").hidden = !canMakeMp4;
}

/** The file of the shown GIF. */
function shownFile() {
  const { key, shown } = getState().dialog;
  return fileOf(key, { entry: shown, blob: preview.shownBlob() });
}

/** Share the shown GIF. */
export const share = () => shareOrExplain(shownFile());

async function shareOrExplain(file) {
  const outcome = await shareFile(file);
  if (outcome === "blocked") showChoice(t.gifReadyToShare, t.share, () => shareOrExplain(file));
  else showStatus(outcome === "failed" ? t.shareFailed : "");
}

/** Copy the file of the shown GIF. */
export async function copyGif() {
  showStatus(await copyFile(preview.shownBlob()) ? t.gifCopied : t.copyGifFailed);
}

/** Copy the address of the shown GIF, without the visitor's language; show its lifetime and its audience. */
export async function copyLink() {
  const { expires } = photoOf(getState().dialog.key);
  const lifetime = formatLifetime(Math.max(0, expires - Date.now()) / 1_000);
  showStatus(await copyText(location.origin + location.pathname + location.hash) ? `${t.linkCopied(lifetime)} ${t.linkPublic}` : t.copyRefused);
}

/** Make an MP4 of the shown GIF, then share it where people share files, or save it. */
export async function makeMp4() {
  const file = shownFile();
  making.abort();
  making = new AbortController();
  const { signal } = making;
  showStatus(t.makingMp4);
  try {
    const { mp4From } = await import("./mp4-export.js");
    const video = await mp4From(file, signal);
    signal.throwIfAborted();
    const made = new File([video], `${fileStem(file.name)}.mp4`, { type: MP4_TYPE });
    if (matchMedia("(pointer: coarse)").matches && canShare(MP4_TYPE)) return showChoice(t.mp4Ready, t.share, () => shareOrExplain(made));
    saveBlob(made, made.name);
    showStatus(t.mp4Saved);
  } catch (error) {
    if (!signal.aborted) showStatus(t.mp4Failed);
  }
}
