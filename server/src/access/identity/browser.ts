/**
 * What a session is bound to of a user agent: the family of the browser and the system it runs on, without the versions,
 * which change under a session when a browser updates itself.
 */
export function browserOf(userAgent: string | undefined): string {
  const agent = userAgent ?? '';
  const family = FAMILIES.find(([, pattern]) => pattern.test(agent))?.[0];
  const system = SYSTEMS.find(([, pattern]) => pattern.test(agent))?.[0];
  if (family === undefined) return system === undefined ? 'Another program' : `A browser on ${system}`;
  return system === undefined ? family : `${family} on ${system}`;
}

// The first that fits: most browsers call themselves by the names of those before them as well.
const FAMILIES = [
  ['Edge', /\bEdg(?:A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const;

const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;
