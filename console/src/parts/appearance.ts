/** What a person set on this device; public/appearance.js reads the first two before the first paint. */
import { useLocalStorage } from '@mantine/hooks';

export const colorSchemeKey = 'breakwater.color-scheme';
export const directionKey = 'breakwater.direction';
const shortcutsKey = 'breakwater.shortcuts';

/** Whether single keys act as shortcuts; they can be turned off (WCAG 2.1.4). */
export function useShortcutsSetting() {
  return useLocalStorage<'on' | 'off'>({
    key: shortcutsKey,
    defaultValue: 'on',
    getInitialValueInEffect: false,
  });
}
