/** The page's one polite live region, for screen readers. */

const region = document.querySelector("#status");

let missed; // the announcement made while an open dialog made the page inert

/** Announce a text, once however often it is repeated; later while a dialog is open, as all behind it is inert. */
export function announce(text) {
  missed = document.querySelector("dialog[open]") ? text : undefined;
  if (missed === undefined && region.textContent !== text) region.textContent = text;
}

/** The text announced last. */
export const announced = () => region.textContent;

/** Announce what came while a dialog was open. */
export const announceMissed = () => { if (missed !== undefined) announce(missed); };
