import type { Locator, Page } from 'playwright-core';

/** A person at the keyboard, without a mouse. */
export interface Keyboard {
  press(key: string, times?: number): Promise<void>;
  type(text: string): Promise<void>;
  /** Presses Tab until the element has the focus. Throws when the whole page was passed without reaching it. */
  tabTo(target: Locator): Promise<void>;
  /** Goes to the element and presses a key on it: Enter unless told. */
  activate(target: Locator, key?: string): Promise<void>;
  /** Presses a key, such as an arrow, until the element has the focus. */
  pressUntilFocused(key: string, target: Locator): Promise<void>;
  /** Elements that had the focus without showing it. */
  readonly unseenStops: ReadonlySet<string>;
}

const LONGEST_WAY = 200;

export function keyboardOf(page: Page): Keyboard {
  const unseenStops = new Set<string>();
  const press = async (key: string, times = 1) => {
    for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
  };
  const pressUntilFocused = async (key: string, target: Locator) => {
    await target.waitFor({ state: 'attached' });
    for (let step = 0; step < LONGEST_WAY; step += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press(key);
      const unseen = await page.evaluate(unseenStop);
      if (unseen !== null) unseenStops.add(unseen);
    }
    throw new Error(`${key} does not lead to ${String(target)}`);
  };
  const tabTo = (target: Locator) => pressUntilFocused('Tab', target);
  return {
    press,
    type: (text) => page.keyboard.type(text),
    tabTo,
    activate: async (target, key = 'Enter') => {
      await tabTo(target);
      await page.keyboard.press(key);
    },
    pressUntilFocused,
    unseenStops,
  };
}

/** Runs in the page: the element with the focus, if no outline around it or around what it spans shows so. */
function unseenStop(): string | null {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const ringed = [undefined, '::after'].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element, part);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  });
  return ringed ? null : element.outerHTML.slice(0, 120);
}
