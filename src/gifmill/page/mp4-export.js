/**
 * MP4 files from GIFs, for WhatsApp, Instagram and X, which convert, freeze or reject GIFs.
 *
 * The browser encodes H.264 with WebCodecs; mp4-muxer.js writes the file. Where it has no H.264 encoder there is no MP4:
 * VP9 and AV1, which more browsers encode, are no substitute, as those services reject them in MP4.
 */

import { openAnimation } from "./animation-decoder.js";
import { muxMp4 } from "./mp4-muxer.js";
import { COLOR_SPACE, toI420 } from "./yuv.js";

/** Instagram rejects shorter videos (Instagram platform, specifications of reels), and other services show them badly. */
const MIN_DURATION_MS = 3_000;

const TIMESCALE = 1_000; // milliseconds are exact for GIF and WebP
const BITS_PER_PIXEL = 1; // generous, as services encode the video again; the files are still smaller than the GIFs
const MIN_BITRATE = 500_000;
const MAX_BITRATE = 12_000_000;
const MAX_QUEUED_FRAMES = 4; // bounds the memory of frames that wait for the encoder

/** Levels of H.264: level_idc, then the maximum macroblocks a frame and a second. Source: ITU-T H.264, table A-1. */
const LEVELS = [
  [0x1e, 1_620, 40_500],
  [0x1f, 3_600, 108_000],
  [0x28, 8_192, 245_760],
  [0x2a, 8_704, 522_240],
  [0x32, 22_080, 589_824],
  [0x33, 36_864, 983_040],
];

/** An even number of pixels, as colours have half the resolution (4:2:0): the last odd row or column is cut off. */
const even = (px) => Math.max(2, px - (px % 2));

/** The lowest level for a size and the shortest duration of a frame: old phones decode no high ones. */
function levelFor(width, height, shortestMs) {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const perSecond = (blocks * 1_000) / shortestMs;
  const [level] = LEVELS.find(([, maxBlocks, maxPerSecond]) => blocks <= maxBlocks && perSecond <= maxPerSecond) ?? LEVELS.at(-1);
  return level.toString(16);
}

/** The encoder's configuration. Constrained baseline: every device decodes it, and its frames are never reordered. */
function encoderConfig(width, height, durationsMs) {
  const framerate = (1_000 * durationsMs.length) / sum(durationsMs);
  const bitrate = Math.round(width * height * framerate * BITS_PER_PIXEL);
  return {
    codec: `avc1.42e0${levelFor(width, height, Math.min(...durationsMs))}`,
    width,
    height,
    framerate,
    bitrate: Math.min(MAX_BITRATE, Math.max(MIN_BITRATE, bitrate)),
    latencyMode: "quality", // "realtime" may drop frames
    contentHint: "detail", // without it, Chromium's encoder leaves traces of small things that move before a still photo
    avc: { format: "avc" }, // lengths before NAL units, as in MP4
  };
}

/**
 * Whether this browser can make an MP4 of a size. False without WebCodecs, which is missing in old browsers and on http:
 * pages of other hosts, and without an H.264 encoder, as in some builds of Chromium and Firefox.
 */
export async function canExportMp4(width = 640, height = 640) {
  if (!("VideoEncoder" in globalThis)) return false;
  try {
    return (await VideoEncoder.isConfigSupported(encoderConfig(even(width), even(height), [40]))).supported;
  } catch {
    return false; // an old browser rejects the configuration
  }
}

/**
 * Convert a GIF or animated WebP to an MP4 of H.264.
 *
 * Each frame is shown as long as in the GIF. The loop is repeated until the video lasts at least three seconds.
 * Transparent pixels become white.
 *
 * @param blob the GIF or WebP
 * @param signal aborts the work (optional)
 * @returns a Blob of type video/mp4
 * @throws the abort reason of `signal`, or an Error if the animation cannot be decoded or encoded
 */
export async function mp4From(blob, signal) {
  const animation = await openAnimation(blob);
  try {
    return await encode(animation, signal);
  } finally {
    animation.close();
  }
}

async function encode({ durationsMs, decodeFrame, ...size }, signal) {
  const [width, height] = [even(size.width), even(size.height)];
  const encoder = openEncoder(encoderConfig(width, height, durationsMs));
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "white";
  const durations = repeat(durationsMs);
  let timeMs = 0;
  try {
    for (const [i, durationMs] of durations.entries()) {
      signal?.throwIfAborted();
      const image = await decodeFrame(i % durationsMs.length);
      context.fillRect(0, 0, width, height);
      context.drawImage(image, 0, 0);
      await encoder.add(toI420(context.getImageData(0, 0, width, height)), timeMs, durationMs);
      timeMs += durationMs;
    }
    const { avcConfig, chunks } = await encoder.finish();
    if (chunks.length !== durations.length) throw new Error(`The encoder returned ${chunks.length} of ${durations.length} frames.`);
    const samples = chunks.map((chunk, i) => ({ ...chunk, duration: durations[i] }));
    return muxMp4({ width, height, timescale: TIMESCALE, avcConfig, colorSpace: COLOR_SPACE, samples });
  } finally {
    encoder.close();
  }
}

/** The durations of all frames of as many whole loops as the shortest allowed video needs. */
const repeat = (durationsMs) => Array(Math.ceil(MIN_DURATION_MS / sum(durationsMs))).fill(durationsMs).flat();

/** An encoder. `finish` returns {avcConfig, chunks}: the AVCDecoderConfigurationRecord, and each frame's {bytes, isKey}. */
function openEncoder(config) {
  const chunks = [];
  let avcConfig;
  let failure;
  const encoder = new VideoEncoder({
    output(chunk, { decoderConfig }) {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      chunks.push({ bytes, isKey: chunk.type === "key" });
      avcConfig ??= decoderConfig && copyBytes(decoderConfig.description);
    },
    error(error) { failure = error; },
  });
  encoder.configure(config);

  /** Encode a frame. Wait while the queue is full, as it holds whole frames. */
  async function add(planes, timeMs, durationMs) {
    const { width: codedWidth, height: codedHeight } = config;
    const times = { timestamp: timeMs * 1_000, duration: durationMs * 1_000 };
    const frame = new VideoFrame(planes, { ...times, format: "I420", codedWidth, codedHeight, colorSpace: COLOR_SPACE });
    try {
      while (!failure && encoder.encodeQueueSize >= MAX_QUEUED_FRAMES) await nextEvent(encoder, "dequeue");
      if (failure) throw failure;
      encoder.encode(frame, { keyFrame: timeMs === 0 });
    } finally {
      frame.close();
    }
  }

  async function finish() {
    await encoder.flush();
    return { avcConfig, chunks };
  }

  return { add, finish, close: () => encoder.state !== "closed" && encoder.close() };
}

const nextEvent = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Copy a buffer or a view of one. */
const copyBytes = (source) => (ArrayBuffer.isView(source)
  ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
  : new Uint8Array(source.slice()));
