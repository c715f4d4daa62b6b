import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import { theme } from './theme.ts';

/** The theme as a style sheet of CSS variables; runs at build time only. */
export function themeCss(): string {
  const variables = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  variables.light['--mantine-color-scheme'] = 'light';
  variables.dark['--mantine-color-scheme'] = 'dark';
  return convertCssVariables(variables, ':root');
}
