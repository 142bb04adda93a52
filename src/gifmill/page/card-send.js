/** The button of a card that sends its GIF: it shares the file of full size where the browser shares files, or else saves it. */

import { announce } from "./announcer.js";
import { canShare, fileOf, fullGif, shareFile } from "./full-gif.js";
import { optionsOf } from "./gif-options.js";
import { showOrderError } from "./gif-orders.js";
import { t } from "./i18n.js";
import { fullEntry, fullOptions, photoOf } from "./photo-state.js";
import { saveBlob } from "./save-file.js";

/** Draw the button of a card {node, part, key, gif, prepared?: {options, file}, isSending?}. */
export function drawSend(card) {
  const { key, part, gif: { effect } } = card;
  const sharing = canShare(`image/${optionsOf(fullEntry(photoOf(key), effect)).format}`); // the small one is a WebP
  const button = part("send");
  button.classList.toggle("share", sharing);
  button.setAttribute("aria-label", sharing ? t.shareOf(effect) : t.downloadOf(effect));
  button.querySelector("use").setAttribute("href", sharing ? "#i-share" : "#i-download");
  button.onclick = () => send(card, sharing);
}

/** Make the file of full size, then share or save it. If that took too long for the browser to share it, a second tap does. */
async function send(card, sharing) {
  const { key, gif: { effect } } = card;
  if (card.isSending) return;
  try {
    if (card.prepared?.options !== fullOptions(photoOf(key), effect)) await prepare(card);
    const { file } = card.prepared;
    const result = sharing ? await shareFile(file) : saveBlob(file, file.name);
    if (result === "blocked") return showMessage(card, t.readyToShare);
    card.prepared = undefined;
    showMessage(card, result === "failed" ? t.shareFailed : "");
  } catch (error) {
    showMessage(card, "");
    if (photoOf(key) && error.name !== "AbortError") showOrderError(key, effect, error, () => send(card, sharing));
  }
}

async function prepare(card) {
  const { key, gif: { effect } } = card;
  const options = fullOptions(photoOf(key), effect);
  setSending(card, true);
  showMessage(card, t.rendering);
  try {
    card.prepared = { options, file: fileOf(key, await fullGif(key, effect)) };
  } finally {
    setSending(card, false);
  }
}

function setSending(card, isSending) {
  card.isSending = isSending;
  card.node.toggleAttribute("data-sending", isSending);
}

/** Show a message on the card, and announce it. */
function showMessage({ part }, text) {
  part("message").textContent = text;
  if (text) announce(text);
}
