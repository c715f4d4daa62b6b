/** Where to go back to after sign-in. In local storage, because a sign-in link opens in a new tab. */
const key = 'breakwater.return-to';
const validMilliseconds = 3_600_000;

export function rememberReturn(path: string, now = Date.now()): void {
  localStorage.setItem(key, JSON.stringify({ path, at: now }));
}

/** Takes the remembered path; `/` when there is none, it is old, or it leads out of the console. */
export function takeReturn(now = Date.now()): string {
  const stored = localStorage.getItem(key);
  localStorage.removeItem(key);
  if (stored === null) return '/';
  const { path, at }: { path: string; at: number } = JSON.parse(stored);
  const ours =
    path.startsWith('/') && !path.startsWith('//') && !/^\/(?:sign-in|set-up|accept-invitation)/.test(path);
  return ours && now - at < validMilliseconds ? path : '/';
}
