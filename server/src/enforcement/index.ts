export { actionsOfCase, carryOutDecision, type ActionRow } from './actions.ts';
export {
  deliverWebhook,
  deliveryById,
  deliveryCounts,
  pageOfDeliveries,
  retryDelivery,
  RETRY_PAUSES_MS,
  type DeliveryDeps,
  type DeliveryRow,
} from './deliveries.ts';
export {
  removeWebhook,
  setWebhook,
  webhookOf,
  webhookUrls,
  type WebhookEndpoint,
} from './webhook-endpoints.ts';
export { startWebhookListener, type HeardWebhook, type WebhookListener } from './webhook-listener.ts';
