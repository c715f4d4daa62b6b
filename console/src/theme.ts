import { createTheme, type MantineColorsTuple } from '@mantine/core';

const harbor: MantineColorsTuple = [
  '#eef6f7',
  '#dbeaec',
  '#b5d5d9',
  '#8bbec5',
  '#67aab3',
  '#4f9ca7',
  '#2f7f8b',
  '#216a76',
  '#165560',
  '#0c3f48',
];

const slate: MantineColorsTuple = [
  '#f6f8f9',
  '#eef2f4',
  '#e2e8ec',
  '#d2dbe0',
  '#b4c1c9',
  '#84949e',
  '#5d6d77',
  '#4a5963',
  '#313e47',
  '#1b262d',
];

const night: MantineColorsTuple = [
  '#d8e0e5',
  '#b9c4cb',
  '#9caab3',
  '#74848e',
  '#485862',
  '#34424b',
  '#1d282f',
  '#141c22',
  '#0f161b',
  '#0a1014',
];

const systemFonts =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Hebrew', 'Noto Sans Arabic', sans-serif";

/** Harbor colors, a 15 px base and the system's own fonts. */
export const theme = createTheme({
  primaryColor: 'harbor',
  primaryShade: { light: 7, dark: 6 },
  colors: { harbor, gray: slate, dark: night },
  black: '#16222a',
  fontFamily: systemFonts,
  headings: { fontFamily: systemFonts, fontWeight: '600' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Input: { defaultProps: { size: 'sm' } },
    // Scroll locking and transitions would add <style> elements and wait; neither is wanted here.
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: true,
        transitionProps: { duration: 0 },
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.55 },
      },
    },
  },
});
