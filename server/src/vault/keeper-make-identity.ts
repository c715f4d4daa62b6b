/** Run once, by a first start: makes the vault's identity unless there is one, and prints to whom it answers. */
import { argv } from 'node:process';
import { generateX25519Identity } from 'age-encryption';
import { openSecrets } from '../foundation/index.ts';
import { readIdentities } from './keeper-identity.ts';

const [, , folder = '', name = ''] = argv;
const secrets = await openSecrets(folder);
const { recipients } = await readIdentities(await secrets.keep(name, generateX25519Identity));
process.stdout.write(`${recipients.join('\n')}\n`);
