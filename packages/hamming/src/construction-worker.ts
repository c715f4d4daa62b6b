import { parentPort, workerData } from 'node:worker_threads';
import { perform, type Scratch, type Step } from './construction-step.ts';
import { adoptKernels } from './kernels.ts';
import type { SharedMemory } from './web-assembly.ts';

const { memory, module, scratch }: { memory: SharedMemory; module: object; scratch: Scratch } = workerData;
adoptKernels(module);

parentPort!.on('message', (step: Step) => {
  perform(memory, step, scratch);
  parentPort!.postMessage('done', []);
});
