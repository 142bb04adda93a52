/** Saving files as one ZIP, while the first of them are still being fetched. */

import { saveBlob } from "./save-file.js";
import { zipStream } from "./zip-writer.js";

/**
 * Save files as one ZIP: as it arrives, at a place that the visitor chooses, where the browser can do that; otherwise as
 * a download when it is complete. Nothing is saved if a file fails.
 *
 * Call it in the handler of a click: browsers open the file picker for nothing else.
 *
 * @param files an async iterable of {name, blob}; names may repeat. The next file is taken when the previous one is
 *   written, and none before the visitor has chosen a place.
 * @param fileName the suggested name, such as "cat.zip"
 * @returns false if the visitor closed the file picker, else true
 * @throws what `files` throws, the signal's abort reason, or the DOMException of a full disk
 */
export async function saveZip(files, fileName, signal = new AbortController().signal) {
  const place = await pickPlace(fileName);
  if (place === null) return false;
  const zip = zipStream(namedBytes(files));
  if (place) await writeTo(place, zip, signal);
  else saveBlob(await blobOf(zip, signal), fileName);
  return true;
}

/** Ask for a place; null if the visitor closed the picker, undefined if there is none. */
async function pickPlace(suggestedName) {
  if (!("showSaveFilePicker" in globalThis)) return undefined;
  try {
    return await showSaveFilePicker({ suggestedName, types: [{ accept: { "application/zip": [".zip"] } }] });
  } catch (error) {
    if (error.name === "AbortError") return null;
    return undefined; // not allowed in a frame, or too long after the click
  }
}

async function writeTo(place, zip, signal) {
  try {
    await zip.pipeTo(await place.createWritable(), { signal });
  } catch (error) {
    await place.remove?.().catch(() => {}); // the picker has made an empty file
    throw error;
  }
}

/** The whole ZIP in memory. A Response of the stream would replace its errors by a TypeError. */
async function blobOf(zip, signal) {
  const parts = [];
  await zip.pipeTo(new WritableStream({ write: (part) => { parts.push(part); } }), { signal });
  return new Blob(parts, { type: "application/zip" });
}

async function* namedBytes(files) {
  const unique = uniqueNames();
  for await (const { name, blob } of files) yield { name: unique(name), bytes: new Uint8Array(await blob.arrayBuffer()) };
}

/** A function that makes file names unique and portable: "a.gif", "a (2).gif". */
function uniqueNames() {
  const used = new Set();
  return (wanted) => {
    const [, base, extension] = /^(.*?)(\.[^.]*)?$/s.exec(wanted.replace(/[\\/:*?"<>|\p{Cc}]/gu, "_"));
    for (let copy = 1; ; copy += 1) {
      const name = `${base}${copy > 1 ? ` (${copy})` : ""}${extension ?? ""}`;
      const key = name.toLowerCase(); // Windows and macOS ignore the case
      if (used.has(key)) continue;
      used.add(key);
      return name;
    }
  };
}
