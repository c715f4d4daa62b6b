import { Command } from 'commander';
import { checkpointCommand } from './ledger/checkpoint.ts';
import { cosignCommand, witnessKeyCommand } from './ledger/cosign.ts';
import { exportCommand } from './ledger/export.ts';
import { proveCommand } from './ledger/prove.ts';
import { verifyCommand } from './ledger/verify.ts';
import { watchCommand } from './ledger/watch.ts';

export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('The record of every event, and the proofs that it is whole.')
    .addCommand(verifyCommand())
    .addCommand(checkpointCommand())
    .addCommand(exportCommand())
    .addCommand(proveCommand())
    .addCommand(watchCommand())
    .addCommand(cosignCommand())
    .addCommand(witnessKeyCommand());
}
