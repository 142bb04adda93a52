/** Downloads of files that the page made. */

const REVOKE_AFTER_MS = 60_000; // Safari reads the file after the click, and reports no end

/** Download a blob as a file. */
export function saveBlob(blob, fileName) {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: fileName }).click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}
