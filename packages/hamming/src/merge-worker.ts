import { parentPort, workerData } from 'node:worker_threads';
import { adoptKernels } from './kernels.ts';
import { type Instant, merged, type MergeSettings } from './merge.ts';

const { instant, settings, module }: { instant: Instant; settings: MergeSettings; module: object } =
  workerData;
adoptKernels(module);
parentPort!.postMessage(await merged(instant, settings), []);
