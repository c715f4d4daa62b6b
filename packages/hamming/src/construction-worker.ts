import { parentPort, workerData } from 'node:worker_threads';
import { perform, type Step } from './construction.ts';
import { adoptKernels } from './kernels.ts';
import type { SharedMemory } from './web-assembly.ts';

const { memory, module }: { memory: SharedMemory; module: object } = workerData;
adoptKernels(module);

parentPort!.on('message', (step: Step) => {
  perform(memory, step);
  parentPort!.postMessage('done', []);
});
