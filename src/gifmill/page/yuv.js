/**
 * RGB to YUV for video: BT.709, limited range, colours at half the resolution (I420).
 *
 * VideoFrame can take a canvas, but then browsers choose the range and the matrix: Chromium chooses full range, which
 * phones and services that assume the usual limited range show with wrong contrast.
 */

/** The colour space of the result, as WebCodecs names it. The pixels keep their sRGB values, as in every video made on a screen. */
export const COLOR_SPACE = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };

/**
 * Convert an opaque image.
 *
 * Source: ITU-R BT.709-6, 3.2 to 3.5, scaled to 8 bits: Y is 16 to 235, U and V are 16 to 240. The factors are multiplied by
 * 65536; a colour is the mean of four pixels.
 *
 * @param image ImageData of even width and height
 * @returns the planes Y, U and V, one after the other, as bytes
 */
export function toI420({ data, width, height }) {
  const count = width * height;
  const planes = new Uint8Array(count * 1.5);
  for (let i = 0, at = 0; i < count; i += 1, at += 4) {
    planes[i] = (11_966 * data[at] + 40_254 * data[at + 1] + 4_064 * data[at + 2] + 1_081_344) >> 16;
  }
  const row = 4 * width;
  let u = count;
  let v = count * 1.25;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0, at = y * row; x < width; x += 2, at += 8) {
      const red = data[at] + data[at + 4] + data[at + row] + data[at + row + 4];
      const green = data[at + 1] + data[at + 5] + data[at + row + 1] + data[at + row + 5];
      const blue = data[at + 2] + data[at + 6] + data[at + row + 2] + data[at + row + 6];
      planes[u++] = (-6_596 * red - 22_189 * green + 28_785 * blue + 33_685_504) >> 18;
      planes[v++] = (28_785 * red - 26_145 * green - 2_640 * blue + 33_685_504) >> 18;
    }
  }
  return planes;
}
