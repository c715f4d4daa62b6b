export type { Fault, FaultHook, FaultOrder, FaultyOperation } from './faults.ts';
export { faultyOperations } from './faults.ts';
export { readReceived, RefusedDocument } from './received-xml.ts';
export type { ReceivedFile, ReceivedReport, ReportState, SandboxCounts } from './registry.ts';
export { startCyberTiplineSandbox } from './server.ts';
export type { CyberTiplineSandbox, CyberTiplineSandboxOptions } from './server.ts';
