import { Kbd, Modal } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import { useShortcutsSetting } from './appearance.ts';

/** Calls the function of the key that is pressed, unless one is typing, holds a modifier or has a dialog open. */
export function useShortcuts(byKey: Record<string, (event: KeyboardEvent) => void>): void {
  const [setting] = useShortcutsSetting();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (setting === 'off' && event.key !== 'Escape') return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('[role="dialog"]')) return;
    if (event.key !== 'Escape' && takesText(event.target)) return;
    byKey[event.key]?.(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
}

const shortcuts: readonly (readonly [string, readonly string[], string])[] = [
  ['In the queue', ['j', '↓'], 'Next case'],
  ['In the queue', ['k', '↑'], 'Case before'],
  ['In the queue', ['Enter'], 'Open the case'],
  ['In a case', ['d'], 'Go to the decision'],
  ['In a case', ['Escape'], 'From the decision back to the top of the case'],
  ['In a case', ['u'], 'Up to the queue'],
  ['Everywhere', ['?'], 'Show these shortcuts'],
  ['Everywhere', ['Escape'], 'Close a dialog'],
];

export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts">
      <table className="plain-table">
        <caption className="visually-hidden">Keyboard shortcuts</caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Key</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          {shortcuts.map(([place, keyNames, meaning]) => (
            <tr key={place + meaning}>
              <td className="quiet nowrap">{place}</td>
              <td>
                {keyNames.map((name) => (
                  <Kbd key={name}>{name}</Kbd>
                ))}
              </td>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet small">They can be turned off in Settings.</p>
    </Modal>
  );
}
