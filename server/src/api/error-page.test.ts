import { expect, it } from 'vitest';
import { errorTable } from '../foundation/index.ts';
import { errorPage } from './error-page.ts';

it('is docs/errors.md; write it anew with: npx vitest run server/src/api/error-page.test.ts -u', async () => {
  await expect(errorPage()).toMatchFileSnapshot('../../../docs/errors.md');
});

it('has every code once', () => {
  const codes = [...errorPage().matchAll(/^\| `(BW-[A-Z0-9-]+)` \|/gm)].map((match) => match[1]);
  expect(new Set(codes)).toEqual(new Set(Object.keys(errorTable)));
  expect(codes).toHaveLength(Object.keys(errorTable).length);
});
