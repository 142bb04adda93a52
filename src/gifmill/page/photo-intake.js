/** Intake of chosen, dropped, pasted and shared files: photos are added, and a message explains why others are not. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { checkFile } from "./file-check.js";
import { choosePhoto } from "./file-input.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { closeGif } from "./navigation.js";
import { getState } from "./state.js";
import { addFiles } from "./upload.js";

const MAX_FOLDER_PHOTOS = 20;
const MAX_NAMED_FILES = 4; // in a message
const PHOTO_NAME = /\.(avif|bmp|gif|hei[cf]|jpe?g|png|tiff?|webp)$/i; // systems that do not know HEIC give it no type

/**
 * Add photos to the page.
 *
 * @param files the files; a dropped folder is among them, like a file
 * @param entries of a drop, the FileSystemEntry of each file
 */
export async function takeFiles(files, entries = []) {
  const { found, notes } = await openFolders(files, entries);
  const checked = await Promise.all(found.map(async (file) => ({ file, ...await checkFile(file) })));
  const photos = checked.filter(({ kind }) => !kind).map(({ file }) => file);
  if (photos.length) addFiles(photos);
  const messages = [
    ...refusal(checked.filter(({ kind }) => kind)),
    ...notes,
    ...checked.filter(({ isAnimated }) => isAnimated).map(({ file: { name } }) => ({ title: t.firstFrame(name), text: t.firstFrameText })),
  ];
  if (messages.length) showMessages(messages, photos.length > 0);
}

/** Fetch a sample photo and add it, unless the visitor has chosen another photo meanwhile. */
export async function addSample(name) {
  const before = getState().current;
  try {
    const blob = await api.fetchFile(`samples/${name}.jpg`);
    if (before === getState().current) addFiles([new File([blob], `${name}.jpg`, { type: blob.type })]);
  } catch (error) {
    alerts.showError(errorTitle(error), errorText(error), t.tryAgain, () => addSample(name));
  }
}

/** Show what to do instead, when text was dropped or pasted, or the clipboard cannot be read. */
export function showInputHint(name) {
  const hints = { link: [t.linkGiven, t.linkGivenText], text: [t.nothingToPaste, t.pasteHow], refused: [t.pasteRefused, t.pasteByKeys] };
  showHint(...hints[name]);
}

/** Show a hint; the dialog would cover it. */
export function showHint(title, text) {
  closeGif();
  alerts.showHint(title, text);
}

/** Show one banner, titled with the first message. It offers to choose a photo if there is none yet. */
function showMessages([{ title, text }, ...others], hasPhoto) {
  const all = [text, ...others.map((other) => other.title)].join(" ");
  if (hasPhoto) return showHint(title, all);
  closeGif();
  alerts.showError(title, all, t.choose, choosePhoto);
}

/** One message for all files that are no photos. */
function refusal(refused) {
  const [first] = refused;
  if (!first) return [];
  const sentences = refused.map(({ file: { name }, kind }) => (t.fileKinds[kind] ? t.fileIs(name, t.fileKinds[kind]) : t.notAPhoto(name)));
  if (refused.length === 1) return [{ title: sentences[0], text: first.kind === "unreadable" ? t.unreadable : t.choosePhotos }];
  const rest = refused.length - MAX_NAMED_FILES;
  const text = [...sentences.slice(0, MAX_NAMED_FILES), ...(rest > 0 ? [t.moreFiles(rest)] : []), t.choosePhotos].join(" ");
  return [{ title: t.filesRefused(refused.length), text }];
}

// ---- folders ---------------------------------------------------------------------------------------------------

/** Replace folders by their first photos; `notes` are messages about folders. */
async function openFolders(files, entries) {
  const notes = [];
  const found = await Promise.all(files.map(async (file, i) => {
    if (!entries[i]?.isDirectory) return [file];
    const photos = await photosIn(entries[i], MAX_FOLDER_PHOTOS + 1);
    if (!photos.length) notes.push({ title: t.folderWithoutPhotos(file.name), text: t.choosePhotos });
    if (photos.length > MAX_FOLDER_PHOTOS) notes.push({ title: t.folderCut(MAX_FOLDER_PHOTOS, file.name), text: t.folderCutText });
    return photos.slice(0, MAX_FOLDER_PHOTOS);
  }));
  return { found: found.flat(), notes };
}

/** The first photos in a folder: its own files in the order of their names, then those of the folders in it. */
async function photosIn(folder, limit) {
  const entries = (await entriesIn(folder)).sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const named = entries.filter(({ isFile, name }) => isFile && PHOTO_NAME.test(name)).slice(0, limit);
  const photos = await Promise.all(named.map((entry) => new Promise((resolve, reject) => { entry.file(resolve, reject); })));
  for (const inner of entries.filter(({ isDirectory }) => isDirectory)) {
    if (photos.length >= limit) break;
    photos.push(...await photosIn(inner, limit - photos.length));
  }
  return photos;
}

/** All entries of a folder: a reader returns them in parts, the last of which is empty. */
async function entriesIn(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const part = await new Promise((resolve) => { reader.readEntries(resolve, () => resolve([])); }); // forbidden: none
    if (!part.length) return all;
    all.push(...part);
  }
}
