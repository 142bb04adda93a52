/**
 * An MP4 file with one H.264 track. The sample table precedes the frames, so that a player can start before it has the
 * whole file.
 *
 * Sources: ISO/IEC 14496-12:2022 (boxes; the numbers in comments are its sections) and ISO/IEC 14496-15:2022, 5.3 and 5.4
 * (avc1, avcC).
 */

import { ascii, concat, integers } from "./byte-arrays.js";

const MAX_UINT32 = 0xffffffff;
const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000]; // 6.2.2
const DPI_72 = 0x480000; // 16.16 fixed point
const LANGUAGE_UNDETERMINED = 0x55c4; // "und", five bits a letter (8.4.2.3)

/** Colour codes of ISO/IEC 23091-2, by the names of WebCodecs. */
const PRIMARIES = { bt709: 1, bt470bg: 5, smpte170m: 6, bt2020: 9, smpte432: 12 };
const TRANSFERS = { bt709: 1, smpte170m: 6, linear: 8, "iec61966-2-1": 13 };
const MATRICES = { rgb: 0, bt709: 1, bt470bg: 5, smpte170m: 6, "bt2020-ncl": 9 };
const UNSPECIFIED = 2;

/**
 * Write an MP4.
 *
 * @param video {width, height, timescale, avcConfig, colorSpace, samples}
 *   width, height: in pixels
 *   timescale: units of time per second
 *   avcConfig: the AVCDecoderConfigurationRecord, as bytes
 *   colorSpace: a VideoColorSpaceInit
 *   samples: encoded frames in the order of their display, each {bytes, duration, isKey}: NAL units with their lengths,
 *     units of time, and whether it can be decoded alone
 * @returns a Blob of type video/mp4
 * @throws RangeError if the file exceeds 4 GiB
 */
export function muxMp4(video) {
  const { samples } = video;
  const mediaBytes = samples.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const headerBytes = header(video, 0, mediaBytes).length; // offsets have a fixed size, so their value does not change it
  if (headerBytes + mediaBytes > MAX_UINT32) throw new RangeError("The video exceeds 4 GiB.");
  const parts = [header(video, headerBytes, mediaBytes), ...samples.map(({ bytes }) => bytes)];
  return new Blob(parts, { type: "video/mp4" });
}

/** Everything before the first frame, whose offset in the file is `mediaOffset`. */
function header(video, mediaOffset, mediaBytes) {
  const duration = video.samples.reduce((sum, sample) => sum + sample.duration, 0);
  return concat(
    box("ftyp", ascii("isom"), uint32(0x200), ascii("isomiso2avc1mp41")), // 4.3; these brands are the most widely known
    box("moov", movieHeader(video, duration), box("trak", trackHeader(video, duration), media(video, duration, mediaOffset))),
    uint32(8 + mediaBytes),
    ascii("mdat"),
  );
}

// 8.2.2; times of creation are zero, so that the same frames give the same file
const movieHeader = ({ timescale }, duration) =>
  fullBox("mvhd", 0, uint32(0, 0, timescale, duration, 0x10000), uint16(0x100, 0), uint32(0, 0, ...UNITY_MATRIX, 0, 0, 0, 0, 0, 0, 2));

// 8.3.2; the flags: enabled, in the movie, in the preview
const trackHeader = ({ width, height }, duration) =>
  fullBox("tkhd", 7, uint32(0, 0, 1, 0, duration, 0, 0), uint16(0, 0, 0, 0), uint32(...UNITY_MATRIX, width << 16, height << 16));

const media = (video, duration, mediaOffset) => box(
  "mdia",
  fullBox("mdhd", 0, uint32(0, 0, video.timescale, duration), uint16(LANGUAGE_UNDETERMINED, 0)), // 8.4.2
  fullBox("hdlr", 0, uint32(0), ascii("vide"), uint32(0, 0, 0), ascii("VideoHandler\0")), // 8.4.3
  box(
    "minf",
    fullBox("vmhd", 1, uint16(0, 0, 0, 0)), // 12.1.2
    box("dinf", fullBox("dref", 0, uint32(1), fullBox("url ", 1))), // 8.7.2; the flag: the frames are in this file
    sampleTable(video, mediaOffset),
  ),
);

function sampleTable({ samples, ...video }, mediaOffset) {
  const keys = samples.flatMap(({ isKey }, i) => (isKey ? [i + 1] : []));
  const runs = durationRuns(samples);
  return box(
    "stbl",
    fullBox("stsd", 0, uint32(1), sampleEntry(video)), // 8.5.2
    fullBox("stts", 0, uint32(runs.length, ...runs.flat())), // 8.6.1.2
    fullBox("stss", 0, uint32(keys.length, ...keys)), // 8.6.2
    fullBox("stsc", 0, uint32(1, 1, samples.length, 1)), // 8.7.4; all frames are one chunk
    fullBox("stsz", 0, uint32(0, samples.length, ...samples.map(({ bytes }) => bytes.length))), // 8.7.3
    fullBox("stco", 0, uint32(1, mediaOffset)), // 8.7.5
  );
}

/** Runs of equal durations, as [count, duration]. */
function durationRuns(samples) {
  const runs = [];
  for (const { duration } of samples) {
    if (runs.at(-1)?.[1] === duration) runs.at(-1)[0] += 1;
    else runs.push([1, duration]);
  }
  return runs;
}

/** The visual sample entry: 12.1.3; 0x18 is the depth of colour without alpha. */
const sampleEntry = ({ width, height, avcConfig, colorSpace }) => box(
  "avc1",
  uint16(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, width, height),
  uint32(DPI_72, DPI_72, 0),
  uint16(1),
  new Uint8Array(32), // the name of the compressor
  uint16(0x18, 0xffff),
  box("avcC", avcConfig),
  colourBox(colorSpace),
  box("pasp", uint32(1, 1)), // 12.1.4; square pixels
);

/** 12.1.5. Players guess the matrix from the size if it is missing, and many guess wrong. */
const colourBox = ({ primaries, transfer, matrix, fullRange }) => box(
  "colr",
  ascii("nclx"),
  uint16(PRIMARIES[primaries] ?? UNSPECIFIED, TRANSFERS[transfer] ?? UNSPECIFIED, MATRICES[matrix] ?? UNSPECIFIED),
  Uint8Array.of(fullRange ? 0x80 : 0),
);

// ---- bytes ------------------------------------------------------------------------------------------------------

/** 4.2: the size, the type, the content. */
function box(type, ...parts) {
  const content = concat(...parts);
  return concat(uint32(8 + content.length), ascii(type), content);
}

const fullBox = (type, flags, ...parts) => box(type, uint32(flags), ...parts); // version 0

const uint16 = (...values) => integers(values, 16, false);
const uint32 = (...values) => integers(values, 32, false);
