/** Photos that were uploaded from this device and have not expired: their ids, kept in the browser's local storage. */

const STORAGE_KEY = "photos";

/**
 * The photos of this device, newest first, each {id, view, name, expires, options, icon}: `icon` is a small picture as a
 * data URL. An empty list where the browser forbids storage.
 */
export function devicePhotos() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY)) ?? [];
    return stored.filter(({ expires }) => expires > Date.now());
  } catch {
    return [];
  }
}

/** Keep a photo, or change what is kept of it; returns whether the browser allows that. */
export function keepPhoto({ id, view, name, expires, options, icon }) {
  const others = devicePhotos().filter((photo) => photo.view !== view);
  return write([{ id, view, name, expires, options, icon }, ...others]);
}

/** Forget a photo. It stays on the server until it expires. */
export const forgetPhoto = (view) => write(devicePhotos().filter((photo) => photo.view !== view));

function write(photos) {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(photos));
    return true;
  } catch {
    return false; // forbidden, or full
  }
}
