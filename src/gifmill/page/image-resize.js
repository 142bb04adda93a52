/** Resizing photos before the upload, in a worker, as decoding a camera's photo would block the page. */

const WORKER = "./resize-worker.js";

/** Start a worker; `failure` rejects if it cannot be loaded. */
function startWorker() {
  const worker = new Worker(new URL(WORKER, import.meta.url), { type: "module" });
  const failure = new Promise((_, reject) => { worker.onerror = reject; });
  failure.catch(() => {}); // while no photo waits for it
  return { worker, failure };
}

let waiting; // a worker without a photo

/** Start a worker, which loads its modules while the visitor chooses a photo. */
export function prepareWorker() {
  waiting ??= startWorker();
}

/**
 * Resize a photo for the upload. Returns the file itself if it is small, or if this browser cannot decode it (HEIC outside
 * Safari), so that the server has to.
 *
 * @param onDecoded takes {width, height, thumbnail}: the photo's size, and a small ImageBitmap, which is closed after the call
 */
export async function resizeForUpload(file, onDecoded) {
  const prepared = await decode(file, "upload");
  if (!prepared) return file;
  const { resized, ...decoded } = prepared;
  onDecoded(decoded);
  decoded.thumbnail.close();
  return resized ?? file;
}

/** Decode a photo and return the result of `use`, which takes a small ImageBitmap; null if this browser cannot decode it. */
export async function withThumbnail(file, use) {
  const decoded = await decode(file, "thumbnail");
  if (!decoded) return null;
  const result = use(decoded.thumbnail);
  decoded.thumbnail.close();
  return result;
}

const decode = (file, purpose) => prepareInWorker(file, purpose)
  .catch(() => prepareHere(file, purpose))
  .catch(() => undefined);

/** Prepare a photo in a worker of its own, which frees its memory as soon as it is done. */
async function prepareInWorker(file, purpose) {
  const { worker, failure } = waiting ?? startWorker();
  waiting = undefined;
  try {
    const answer = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    });
    worker.postMessage({ file, purpose });
    return await Promise.race([answer, failure]);
  } finally {
    worker.terminate();
  }
}

/** Prepare a photo in the page: the workers of some browsers cannot draw, or not decode every format. */
async function prepareHere(file, purpose) {
  const { prepare } = await import(WORKER);
  return prepare(file, purpose);
}
