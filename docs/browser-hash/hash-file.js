// Built by `npm run build:browser -w packages/perceptual`.
import { pdqInFull, pdqToHex } from './dist/perceptual.js';

const input = document.querySelector('#file');
const result = document.querySelector('#result');

input.addEventListener('change', () => {
  const [file] = input.files;
  if (file) void show(file);
});

async function show(file) {
  result.textContent = 'Hashing …';
  try {
    const picture = await pixelsOf(file);
    const { fullResolution, nearest512 } = pdqInFull(picture);
    result.textContent = [
      `pdq        ${pdqToHex(fullResolution.hash)}`,
      `quality    ${fullResolution.quality}`,
      `pdq512     ${pdqToHex(nearest512.hash)}`,
      `quality512 ${nearest512.quality}`,
      `size       ${picture.width} x ${picture.height}`,
    ].join('\n');
  } catch (error) {
    result.textContent = `This browser cannot decode the file: ${error.message}`;
  }
}

/** The pixels as shown, turned as the file asks but without color management, over white. */
async function pixelsOf(file) {
  const bitmap = await createImageBitmap(file, {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'none',
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { data, width, height, channels: 4 };
}
