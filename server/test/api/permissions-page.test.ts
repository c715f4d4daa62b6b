import { afterAll, beforeAll, expect, it } from 'vitest';
import { permissionsPage } from '../../src/api/permissions-page.ts';
import { createDesk, type Desk } from '../desk/index.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

it('is docs/permissions.md; write it anew with: npx vitest run server/test/api/permissions-page.test.ts -u', async () => {
  const document = (await (await desk.api()).inject('/openapi.json')).json<
    Parameters<typeof permissionsPage>[0]
  >();
  const page = permissionsPage(document);
  // A route about which the page says nothing would be a row without an answer.
  expect(page.split('\n').filter((line) => /^\| [A-Z]+ \| `\/v1\/.*` \|  \|  \|$/.test(line))).toEqual([]);
  await expect(page).toMatchFileSnapshot('../../../docs/permissions.md');
});
