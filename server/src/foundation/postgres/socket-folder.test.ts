import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { chooseSocketFolder, socketPath } from './socket-folder.ts';

it('lies in the database’s folder where the path allows', () => {
  expect(chooseSocketFolder('/data/postgres')).toBe('/data/postgres/socket');
});

it('is always short enough for a socket, whatever the folders are called', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 300 }), string({ maxLength: 200 }), (name, temporary) => {
      const folder = chooseSocketFolder(`/data/${name}`, `/${temporary}`);
      expect(Buffer.byteLength(socketPath(folder))).toBeLessThanOrEqual(100);
    }),
  );
});

it('differs from database to database', () => {
  const long = `/data/${'long-'.repeat(30)}`;
  expect(chooseSocketFolder(`${long}a`)).not.toBe(chooseSocketFolder(`${long}b`));
  expect(chooseSocketFolder(`${long}a`)).toBe(chooseSocketFolder(`${long}a`));
});
