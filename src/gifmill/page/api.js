/** Requests to the server. Each returns the response's content or throws an ApiError. */

import { retryWhenOnline } from "./offline-retry.js";
import { t } from "./i18n.js";

/** A failed request: the server's problem document (RFC 9457), or status 0 if the server is unreachable. */
export class ApiError extends Error {
  constructor(status, { code, title = t.somethingWentWrong, detail = "" } = {}, retryAfterS = 5) {
    super(title);
    Object.assign(this, { status, code, title, detail, retryAfterS });
  }

  get busy() { return this.status === 429 || this.status === 503; }
  get notFound() { return this.status === 404; }

  /** Whether the same request would fail again; one that timed out (408) may succeed. */
  get permanent() { return this.status >= 400 && this.status < 500 && this.status !== 408 && !this.busy; }
}

const unreachable = () => new ApiError(0, { title: t.noResponse, detail: t.noResponseText });

function errorFrom(status, body, retryAfter) {
  let problem;
  try {
    problem = JSON.parse(body);
  } catch {
    problem = { detail: t.responseStatus(status) }; // a proxy's error page, not a problem document
  }
  return new ApiError(status, problem, Number.parseInt(retryAfter, 10) || undefined);
}

/** Parse the server's JSON. Anything else comes from a middlebox, such as a hotel's login page. */
function parseJson(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw unreachable();
  }
}

async function request(path, options, read = (response) => response.text()) {
  let response;
  let body;
  try {
    response = await fetch(path, options);
    body = await (response.ok ? read(response) : response.text());
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) throw errorFrom(response.status, body, response.headers.get("Retry-After"));
  return typeof body === "string" && body ? parseJson(body) : body;
}

/** The fetch options of a JSON POST. */
const jsonPost = (document) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(document),
});

const photoPath = (id) => `/v1/photos/${encodeURIComponent(id)}`;

let cachedConfig;

/** The server's configuration: {live, max_photo_bytes, max_direct_bytes}. Fetched once, and again after a failure. */
export function config() {
  cachedConfig ??= request("/config.json").catch((error) => {
    cachedConfig = undefined;
    throw error;
  });
  return cachedConfig;
}

export const fetchEffects = () => request("/v1/effects");
export const fetchStatus = (id, signal) => request(photoPath(id), { signal });
export const deletePhoto = (id) => request(photoPath(id), { method: "DELETE" });

/** Fetch one of the page's own files. */
export const fetchFile = (url) => request(url, {}, (response) => response.blob());

/** Fetch a finished GIF; retry after a lost network. */
export const fetchGif = (url, signal) =>
  retryWhenOnline((retrySignal) => request(url, { signal: retrySignal }, (response) => response.blob()), signal);

/** Order one more GIF of a photo, or retry a failed one; returns the photo's status. */
export const orderGif = (id, effect, values, signal) => request(`${photoPath(id)}/gifs`, { ...jsonPost({ ...values, effect }), signal });

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
