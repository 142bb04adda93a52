/** Photos that were uploaded from this device and have not expired: their ids, kept in the browser's local storage. */

const STORAGE_KEY = "photos";

const KEPT = ["id", "view", "name", "expires", "options", "icon"];

/**
 * The photos of this device, oldest first, each {id, view, name, expires, options, icon?}: `icon` is a small picture as a
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

const isSame = (a, b) => a.id === b.id || a.view === b.view;

/** Whether a photo is kept on this device. */
export const isOnDevice = (photo) => devicePhotos().some((kept) => isSame(kept, photo));

/** Keep a photo, or change what is kept of it; returns whether the browser allows that. */
export function keepPhoto(photo) {
  const kept = Object.fromEntries(KEPT.map((name) => [name, photo[name]]));
  const before = devicePhotos();
  const isNew = !before.some((each) => isSame(each, kept));
  const photos = isNew ? [...before, kept] : before.map((each) => (isSame(each, kept) ? kept : each));
  return write(photos) || write(photos.map(({ icon, ...others }) => others)); // without pictures, full storage may do
}

/** Forget a photo. It stays on the server until it expires. */
export const forgetPhoto = (photo) => write(devicePhotos().filter((kept) => !isSame(kept, photo)));

function write(photos) {
  try {
    if (photos.length) localStorage.setItem(STORAGE_KEY, JSON.stringify(photos));
    else localStorage.removeItem(STORAGE_KEY);
    return true;
  } catch {
    return false; // forbidden, or full
  }
}

/** Call a function when another tab has changed the photos of this device. */
export function onOtherTab(callback) {
  addEventListener("storage", ({ key }) => { if ([STORAGE_KEY, null].includes(key)) callback(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) callback(); }); // a page in the back-forward cache gets no event
}
