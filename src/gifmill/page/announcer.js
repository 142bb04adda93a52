/** The page's one polite live region, for screen readers. */

import { $ } from "./dom.js";

const region = $("#status");

let missed; // the announcement made while an open dialog made the page inert

/** Announce a text; a repeated one only once. While a dialog is open, the text waits, as the page behind it is inert. */
export function announce(text) {
  missed = $("dialog[open]") ? text : undefined;
  if (missed === undefined && region.textContent !== text) region.textContent = text;
}

/** The text announced last. */
export const announced = () => region.textContent;

/** Announce the text that waited for the dialog to close. */
export const announceMissed = () => { if (missed !== undefined) announce(missed); };
