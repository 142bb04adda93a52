/**
 * A ZIP of stored files, as a stream: GIF, WebP and MP4 are compressed already.
 *
 * Source: PKWARE, .ZIP File Format Specification (APPNOTE.TXT) 6.3.10; the numbers in comments are its sections. Each
 * file's size and checksum precede its content, as some programs cannot read stored files with a data descriptor.
 */

import { concat, integers } from "./byte-arrays.js";

const MAX_UINT32 = 0xffffffff; // more would need ZIP64
const VERSION = 20; // 4.4.3
const NAME_IS_UTF8 = 0x800; // 4.4.4, bit 11
const REGULAR_FILE = (0o100644 << 16) >>> 0; // 4.4.15; rw-r--r-- for Unix
const UNIX = 3 << 8; // 4.4.2

/**
 * Write a ZIP.
 *
 * @param files an iterable or async iterable of {name, bytes}; names must be unique. The next file is taken when the
 *   stream's reader is ready for it.
 * @param modified the time of modification of all files
 * @returns a ReadableStream of bytes; it errors if `files` throws
 * @throws RangeError (the stream's error) if the ZIP exceeds 4 GiB
 */
export function zipStream(files, modified = new Date()) {
  const parts = write(files, modified);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => parts.return(),
  }, { highWaterMark: 0 }); // nothing is fetched before it is read
}

async function* write(files, modified) {
  const entries = [];
  let offset = 0;
  for await (const { name, bytes } of files) {
    const entry = { name: new TextEncoder().encode(name), size: bytes.length, checksum: crc32(bytes), offset };
    const header = localHeader(entry, dosTime(modified));
    offset += header.length + bytes.length;
    if (offset > MAX_UINT32) throw new RangeError("The ZIP exceeds 4 GiB.");
    entries.push(entry);
    yield header;
    yield bytes;
  }
  let directoryBytes = 0;
  for (const entry of entries) {
    const header = directoryHeader(entry, dosTime(modified));
    directoryBytes += header.length;
    yield header;
  }
  yield endRecord(entries.length, directoryBytes, offset);
}

/** 4.3.7 */
const localHeader = ({ name, size, checksum }, time) =>
  concat(uint32(0x04034b50), uint16(VERSION, NAME_IS_UTF8, 0, ...time), uint32(checksum, size, size), uint16(name.length, 0), name);

/** 4.3.12 */
const directoryHeader = ({ name, size, checksum, offset }, time) => concat(
  uint32(0x02014b50),
  uint16(UNIX | VERSION, VERSION, NAME_IS_UTF8, 0, ...time),
  uint32(checksum, size, size),
  uint16(name.length, 0, 0, 0, 0),
  uint32(REGULAR_FILE, offset),
  name,
);

/** 4.3.16 */
const endRecord = (count, directoryBytes, offset) =>
  concat(uint32(0x06054b50), uint16(0, 0, count, count), uint32(directoryBytes, offset), uint16(0));

/** 4.4.6: the time and the date of the visitor's clock, in steps of two seconds, from 1980. */
function dosTime(date) {
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return [time, ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate()];
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** 4.4.7 */
function crc32(bytes) {
  let crc = MAX_UINT32;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff];
  return (crc ^ MAX_UINT32) >>> 0;
}

const uint16 = (...values) => integers(values, 16, true);
const uint32 = (...values) => integers(values, 32, true);
