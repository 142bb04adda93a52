/** Copying to the clipboard. */

import { $ } from "./dom.js";

/** Copy a text; returns whether that worked. Without HTTPS there is no clipboard API, but a selection can be copied. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const { activeElement } = document;
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    ($("dialog[open]") ?? document.body).append(area); // all behind a dialog is inert
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    activeElement?.focus();
    return copied;
  }
}

/** Whether this browser copies files of a type as they are; those that do not would copy one frame of a GIF. */
export const canCopy = (type) => Boolean(navigator.clipboard?.write && globalThis.ClipboardItem?.supports?.(type));

/** Copy a file; returns whether that worked. */
export async function copyFile(blob) {
  try {
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
    return true;
  } catch {
    return false;
  }
}
