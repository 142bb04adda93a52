/** The upload of a photo: in one request, or with a form if it is large. */

import { ApiError, config, errorFrom, fetchStatus, jsonPost, parseJson, request, unreachable } from "./api.js";
import { t } from "./i18n.js";
import { retryWhenOnline } from "./offline-retry.js";

/**
 * Upload a photo; returns its status. A small photo goes to the API, a larger one with an upload form that the API
 * issues. If the network is lost, the upload restarts when it is back.
 *
 * @param wanted effects, and options of the GIFs by name
 * @param progress is called with the uploaded ratio, 0 to 1
 * @throws the abort reason of `signal`, if it aborts
 */
export async function uploadPhoto(photo, wanted, progress, signal) {
  await assertReadable(photo);
  return retryWhenOnline((retrySignal) => uploadOnce(photo, wanted, progress, retrySignal), signal);
}

/** A file may have been moved after it was chosen, and a folder can be dropped like a file. */
async function assertReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new ApiError(400, { title: t.unreadable });
  }
}

async function uploadOnce(photo, wanted, progress, signal) {
  const type = photo.type || "application/octet-stream";
  const { max_direct_bytes: maxDirectBytes } = await config();
  if (photo.size <= maxDirectBytes) {
    const path = `/v1/photos?${new URLSearchParams(wanted)}`;
    return parseJson(await post(path, photo, { "Content-Type": type }, progress, signal));
  }
  try {
    return await uploadForm(photo, type, wanted, progress, signal);
  } catch (error) {
    if (error.status !== 403) throw error;
    return uploadForm(photo, type, wanted, progress, signal); // the form had expired, or the server has restarted
  }
}

async function uploadForm(photo, type, wanted, progress, signal) {
  const { effects: names, ...options } = wanted; // in the body, "size" is the file's size
  const order = jsonPost({ size: photo.size, type, effects: names });
  const { id, view = id, url, fields } = await request(`/v1/uploads?${new URLSearchParams(options)}`, { ...order, signal });
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append("file", photo); // must be last: S3 ignores fields after the file
  await post(url, form, {}, progress, signal);
  return { id, ...await fetchStatus(view, signal) };
}

/** POST with XMLHttpRequest, as fetch reports no upload progress. */
function post(url, body, headers, progress, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    xhr.open("POST", url);
    Object.entries(headers).forEach(([name, value]) => xhr.setRequestHeader(name, value));
    xhr.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    xhr.onerror = () => reject(unreachable());
    xhr.onabort = () => reject(signal.reason);
    xhr.onload = () => {
      const { status, responseText: text } = xhr;
      if (status >= 200 && status < 300) resolve(text);
      else reject(errorFrom(status, text, xhr.getResponseHeader("Retry-After")));
    };
    const done = new AbortController();
    signal.addEventListener("abort", () => xhr.abort(), { signal: done.signal });
    xhr.onloadend = () => done.abort();
    progress(0); // an earlier attempt may have uploaded more
    xhr.send(body);
  });
}
