import { enqueue, type Transaction } from '../foundation/index.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'deliver-webhook': { deliveryId: string };
  }
}

/** One job at a time for each delivery, whoever enqueued it. */
export function enqueueDelivery(trx: Transaction, deliveryId: string, runAt?: Date): Promise<void> {
  const turn = { key: `deliver:${deliveryId}`, queue: `deliver:${deliveryId}` };
  return enqueue(
    trx,
    'deliver-webhook',
    { deliveryId },
    { ...turn, ...(runAt === undefined ? {} : { runAt }) },
  );
}
