const NOBODY =
  'accelerometer autoplay bluetooth camera display-capture encrypted-media fullscreen geolocation gyroscope hid magnetometer microphone midi payment picture-in-picture screen-wake-lock serial usb xr-spatial-tracking';
const OURSELVES = 'publickey-credentials-create publickey-credentials-get clipboard-write';

/** A desk needs nothing of a device but its passkeys and its clipboard, and nothing in a page may ask for more. */
export const PERMISSIONS_POLICY = [
  ...NOBODY.split(' ').map((feature) => `${feature}=()`),
  ...OURSELVES.split(' ').map((feature) => `${feature}=(self)`),
].join(', ');
