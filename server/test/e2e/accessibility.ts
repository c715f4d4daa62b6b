import type { CDPSession, Page } from 'playwright-core';

/**
 * What would hinder somebody who uses a screen reader on this page; empty when nothing would. `landmarks` are selectors
 * of what the page must have once, beside its heading and its main part.
 */
export async function hindrances(page: Page, landmarks: readonly string[]): Promise<string[]> {
  const structural = await page.evaluate(structuralHindrances, ['h1', 'main', ...landmarks]);
  return [...structural, ...(await unnamedNodes(page))];
}

/** By how many pixels the page is wider than the window; 0 when nobody has to scroll sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

/** Runs in the page: headings, landmarks, tables, pictures and identifiers. */
function structuralHindrances(landmarks: string[]): string[] {
  const found: string[] = [];
  for (const landmark of landmarks) {
    const { length } = document.querySelectorAll(landmark);
    if (length !== 1) found.push(`${length} of ${landmark}, not one`);
  }
  if (document.documentElement.lang === '') found.push('the page names no language');
  if (!/^\S.* · Breakwater$/.test(document.title)) found.push(`the title is "${document.title}"`);
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const next = Number(heading.tagName.slice(1));
    if (next > level + 1) found.push(`${heading.tagName} "${heading.textContent}" comes after H${level}`);
    level = next;
  }
  for (const table of document.querySelectorAll('table')) {
    const caption = table.caption?.textContent ?? '';
    if (caption.trim() === '') found.push(`a table has no caption: ${table.outerHTML.slice(0, 100)}`);
    if (table.querySelector('thead th') === null) found.push(`the table "${caption}" has no column headers`);
    for (const header of table.querySelectorAll('th')) {
      if (!['col', 'row'].includes(header.scope))
        found.push(`"${header.textContent}" is a header of nothing`);
      if (header.textContent.trim() === '') found.push(`a header of "${caption}" is empty`);
    }
  }
  for (const image of document.querySelectorAll('img')) {
    if (!image.hasAttribute('alt')) found.push(`a picture has no alternative text: ${image.outerHTML}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    found.push(`the identifier ${id} is there twice`);
  return found;
}

/** Roles that a screen reader announces by name. */
const NAMED = new Set(
  'button link textbox searchbox checkbox radio switch combobox listbox option tab tabpanel dialog navigation table radiogroup DisclosureTriangle'.split(
    ' ',
  ),
);

/** Controls without a name, from the tree that Chromium gives to screen readers. */
async function unnamedNodes(page: Page): Promise<string[]> {
  const session = await sessionOf(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const controls = nodes.filter(({ ignored, role }) => !ignored && NAMED.has(String(role?.value)));
  if (controls.length === 0) return ['the accessibility tree is empty'];
  return controls
    .filter(({ name }) => String(name?.value ?? '').trim() === '')
    .map(({ role, properties }) => `a ${String(role?.value)} has no name: ${JSON.stringify(properties)}`);
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** One for each page, never detached: with it would go the security keys that other sessions have plugged in. */
function sessionOf(page: Page): Promise<CDPSession> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  return session;
}
