import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import fastify, { LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { CodedError } from '../foundation/index.ts';
import { answerClientError, answerError, answerErrors } from './answer-errors.ts';
import { authenticate, hideFromOthers, isOfTheApi } from './authentication.ts';
import { serveConsole } from './console.ts';
import type { Api, ApiDeps } from './deps.ts';
import { parseJsonBodies } from './json-body.ts';
import { PERMISSIONS_POLICY } from './permissions-policy.ts';
import { documentApi } from './documentation.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { caseRoutes } from './routes/cases.ts';
import { custodyRoutes } from './routes/custody.ts';
import { enforcementRoutes } from './routes/enforcement.ts';
import { accountRoutes } from './routes/account.ts';
import { hashListRoutes } from './routes/hash-lists.ts';
import { identityProviderRoutes } from './routes/identity-provider.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { operationRoutes } from './routes/operations.ts';
import { peopleRoutes } from './routes/people.ts';
import { reportingRoutes } from './routes/reporting.ts';
import { reviewRoutes } from './routes/review.ts';
import { screeningRoutes } from './routes/screening.ts';
import { serviceRoutes } from './routes/services.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { stepUpRoutes } from './routes/step-up.ts';
import { userReportRoutes } from './routes/user-reports.ts';
import { workspaceRoutes } from './routes/workspace.ts';
import { requireStorableText } from './storable-text.ts';

const MAX_JSON_BYTES = 1024 * 1024;
/** Per address and minute. Far above what a busy service sends through one address; a brake, not a quota. */
const MAX_REQUESTS_A_MINUTE = 12_000;

/** The HTTP server, not yet listening: parse, authorize, call, answer. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const app = fastify({
    loggerInstance: deps.log,
    trustProxy: deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    // Every request counts in the metrics; a log line for each would only add places that name people.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_JSON_BYTES,
    // As long as a large video takes on a slow line; headers have a limit of their own.
    requestTimeout: 600_000,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler: answerClientError,
  }).withTypeProvider<ZodTypeProvider>() as unknown as Api;
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  answerErrors(app);
  parseJsonBodies(app);

  await app.register(helmet, helmetOptions);
  await app.register(rateLimit, {
    max: MAX_REQUESTS_A_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: () => new CodedError('BW-RATE-LIMITED'),
  });
  await app.register(cookie);
  await app.register(multipart);
  app.decorateRequest('session', null);
  app.decorateRequest('service', null);
  app.addHook('onRequest', authenticate(deps) as never);
  app.addHook('preValidation', async (request) => {
    requireStorableText(request.query);
    // Bytes and streams are no JSON; what is in them is checked where they are read.
    if (isParsedJson(request.body)) requireStorableText(request.body);
  });
  // Once the address was checked to be well formed.
  app.addHook('preHandler', hideFromOthers(deps));
  app.addHook('onSend', async (request, reply) => {
    reply.header('permissions-policy', PERMISSIONS_POLICY);
    if (isOfTheApi(request) && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      route: request.routeOptions.url ?? 'none',
      method: request.method,
      status: String(reply.statusCode),
    };
    deps.metrics.requests.observe(labels, reply.elapsedTime / 1000);
  });

  await documentApi(app, deps.version);
  operationRoutes(app, deps);
  signInRoutes(app, deps);
  identityProviderRoutes(app, deps);
  stepUpRoutes(app, deps);
  accountRoutes(app, deps);
  invitationRoutes(app, deps);
  workspaceRoutes(app, deps);
  userReportRoutes(app, deps);
  await screeningRoutes(app, deps);
  await hashListRoutes(app, deps);
  caseRoutes(app, deps);
  reviewRoutes(app, deps);
  enforcementRoutes(app, deps);
  reportingRoutes(app, deps);
  custodyRoutes(app, deps);
  serviceRoutes(app, deps);
  peopleRoutes(app, deps);
  approvalRoutes(app, deps);
  ledgerRoutes(app, deps);
  if (deps.consoleFolder !== null) await serveConsole(app, deps.consoleFolder);
  return app;
}

/** As the library's own, but the error stays zod's, whose issues name the places at fault. */
function compileValidator({ schema }: { readonly schema: z.ZodType }) {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: result.error };
  };
}

function isParsedJson(body: unknown): boolean {
  if (body === null || typeof body !== 'object') return typeof body === 'string';
  return Array.isArray(body) || Object.getPrototypeOf(body) === Object.prototype;
}

const helmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // Only a proxy that speaks TLS can promise it.
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: { policy: 'require-corp' as const },
  referrerPolicy: { policy: 'no-referrer' as const },
};
