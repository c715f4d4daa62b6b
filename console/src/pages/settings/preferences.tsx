import { Radio, Switch, useDirection, useMantineColorScheme } from '@mantine/core';
import { directionKey, useShortcutsSetting } from '../../parts/appearance.ts';
import { Panel } from '../../parts/page.tsx';

/** What a person sets for this browser only. */
export function Preferences() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { dir, setDirection } = useDirection();
  const [shortcuts, setShortcuts] = useShortcutsSetting();
  return (
    <Panel title="This browser">
      <div className="preferences">
        <Radio.Group
          label="Colors"
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        >
          <div className="choices-inline">
            <Radio value="auto" label="As the system" />
            <Radio value="light" label="Light" />
            <Radio value="dark" label="Dark" />
          </div>
        </Radio.Group>
        <Radio.Group
          label="Direction of the page"
          value={dir}
          onChange={(value) => {
            const chosen = value === 'rtl' ? 'rtl' : 'ltr';
            localStorage.setItem(directionKey, chosen);
            setDirection(chosen);
          }}
        >
          <div className="choices-inline">
            <Radio value="ltr" label="Left to right" />
            <Radio value="rtl" label="Right to left" />
          </div>
        </Radio.Group>
        <Switch
          label="Single-key shortcuts"
          description="Such as j, k and d; press ? to see them all."
          checked={shortcuts === 'on'}
          onChange={(event) => setShortcuts(event.currentTarget.checked ? 'on' : 'off')}
        />
      </div>
    </Panel>
  );
}
