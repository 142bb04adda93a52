/** All GIFs of a photo as one ZIP, fetched one after the other while the ZIP is saved. */

import { fetchGif } from "./api.js";
import { errorText, t } from "./i18n.js";
import { saveBlob } from "./save-file.js";
import { zipStream } from "./zip-writer.js";

/** A file that could not be fetched. Its message names the file; `cause` is the reason. */
export class ZipEntryError extends Error {
  constructor(fileName, cause) {
    super(t.zipEntryFailed(fileName, errorText(cause)), { cause });
    this.fileName = fileName;
  }
}

/**
 * A ZIP of files, as a stream. A file is fetched when the stream's reader is ready for it; one at a time is in memory.
 *
 * @param entries an iterable or async iterable of {name, url}: file names, which may repeat, and addresses of GIFs
 * @param signal aborts fetching (optional)
 * @returns a ReadableStream of bytes. Reading throws a ZipEntryError if a file cannot be fetched, what `entries` throws, or
 *   the signal's abort reason. (A Response of it would replace these by a TypeError.)
 */
export const zipOf = (entries, signal = neverAborts()) => zipStream(fetchEntries(entries, signal));

/** The same as a Blob of type application/zip, for sharing. It is in memory as a whole. */
export async function zipBlob(entries, signal = neverAborts()) {
  const parts = [];
  await zipOf(entries, signal).pipeTo(new WritableStream({ write: (part) => { parts.push(part); } }));
  return new Blob(parts, { type: "application/zip" });
}

/**
 * Save files as one ZIP: as it arrives, at a place that the visitor chooses, where the browser can do that; otherwise as
 * a download when it is complete. Nothing is saved if a file fails.
 *
 * Call it in the handler of a click: browsers open the file picker for nothing else.
 *
 * @param entries, signal as in `zipOf`; `entries` is not read before the visitor has chosen a place
 * @param fileName the suggested name, such as "cat.zip"
 * @returns false if the visitor closed the file picker, else true
 * @throws what reading the stream throws, or the error of a full disk
 */
export async function saveZip(entries, fileName, signal = neverAborts()) {
  const file = await pickFile(fileName);
  if (file === null) return false;
  if (file) await writeTo(file, zipOf(entries, signal), signal);
  else saveBlob(await zipBlob(entries, signal), fileName);
  return true;
}

const neverAborts = () => new AbortController().signal;

/** Ask for a place; null if the visitor closed the picker, undefined if there is none. */
async function pickFile(suggestedName) {
  if (!("showSaveFilePicker" in globalThis)) return undefined;
  try {
    return await showSaveFilePicker({ suggestedName, types: [{ accept: { "application/zip": [".zip"] } }] });
  } catch (error) {
    if (error.name === "AbortError") return null;
    return undefined; // not allowed in a frame, or too long after the click
  }
}

async function writeTo(file, stream, signal) {
  try {
    await stream.pipeTo(await file.createWritable(), { signal });
  } catch (error) {
    await file.remove?.().catch(() => {}); // the picker has made an empty file
    throw error;
  }
}

async function* fetchEntries(entries, signal) {
  const unique = uniqueNames();
  for await (const { name, url } of entries) {
    let blob;
    try {
      blob = await fetchGif(url, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ZipEntryError(name, error);
    }
    yield { name: unique(name), bytes: new Uint8Array(await blob.arrayBuffer()) };
  }
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
