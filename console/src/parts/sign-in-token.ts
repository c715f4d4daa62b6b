let captured: string | null = null;

/** Moves the token out of the address bar and the history; does nothing where there is none. */
export function captureSignInToken(): void {
  if (!['/sign-in', '/accept-invitation'].includes(location.pathname)) return;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  captured = token;
  history.replaceState(history.state, '', location.pathname);
}

/** The token of the link that was opened, once: links work once, too. */
export function takeSignInToken(): string | null {
  captureSignInToken();
  const token = captured;
  captured = null;
  return token;
}
