/** Whether somebody is at the page. What it asks for by itself in front of an empty chair keeps no session open. */
const awayMilliseconds = 120_000;

let lastSeen = Date.now();

for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
  addEventListener(event, () => (lastSeen = Date.now()), { capture: true, passive: true });

export function presence(now = Date.now()): 'active' | 'background' {
  return now - lastSeen < awayMilliseconds ? 'active' : 'background';
}
