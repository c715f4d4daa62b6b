// Sets colors and direction before the first paint. A file of its own, because the content security
// policy forbids inline scripts. The keys are those of src/parts/appearance.ts.
(() => {
  const root = document.documentElement;
  let scheme = 'auto';
  let direction = null;
  try {
    const asked = new URLSearchParams(location.search).get('dir');
    if (asked === 'rtl' || asked === 'ltr') localStorage.setItem('breakwater.direction', asked);
    scheme = localStorage.getItem('breakwater.color-scheme') ?? 'auto';
    direction = localStorage.getItem('breakwater.direction');
  } catch {
    // Storage is blocked: the system's colors and left-to-right apply.
  }
  const dark =
    scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  if (direction === 'rtl') root.setAttribute('dir', 'rtl');
})();
