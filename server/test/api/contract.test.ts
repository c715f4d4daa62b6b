import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contract from '../../src/api/contract/index.ts';
import { testPicture } from '../desk/index.ts';
import { FORM_TYPE, rawForm } from './multipart.ts';
import { ROLES } from '../../src/access/index.ts';
import { createWatchedDesk, expectDiscreetLog, goodReport, type WatchedDesk } from './watched-desk.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const items = (item: z.ZodType) => z.object({ items: z.array(item) });

/** A walk through the API in the order of a case's life; each answer has to be what the contract says, and no more. */
describe('the answers of a case’s life', () => {
  let watched: WatchedDesk;
  let cookie: string;
  const known = { case: '', group: '', exhibit: '', delivery: '', report: '', userReport: '' };
  beforeAll(async () => {
    watched = await createWatchedDesk();
    ({ cookie } = await watched.signInAs(...ROLES));
  });
  afterAll(() => watched.close());

  async function call<Schema extends z.ZodType>(
    schema: Schema,
    method: Method,
    url: string,
    {
      status = 200,
      ...sent
    }: { status?: number; payload?: object | string | Buffer; headers?: Record<string, string> } = {},
  ): Promise<z.infer<Schema>> {
    const answer = await watched.api.inject({
      method,
      url,
      headers: { cookie, ...sent.headers },
      ...(sent.payload === undefined ? {} : { payload: sent.payload }),
    });
    expect(answer.statusCode, answer.body).toBe(status);
    const body: unknown = answer.json();
    expect(schema.parse(body)).toEqual(body);
    return body as z.infer<Schema>;
  }

  it('begin with a picture on a list, and a service that says where it listens', async () => {
    const { serviceKey } = watched;
    const picture = await testPicture(1);
    const type = { ...serviceKey, 'content-type': 'image/jpeg' };
    const { pdq } = await call(contract.screenAnswer, 'POST', '/v1/screen', {
      payload: picture,
      headers: type,
    });
    await call(contract.importAnswer, 'POST', '/v1/hash-lists/test-list/import?name=Test', {
      payload: `fingerprint,value,id,label,threshold\npdq,${pdq},e-1,,31\n`,
      headers: { 'content-type': 'text/csv' },
    });
    const again = await call(contract.screenAnswer, 'POST', '/v1/screen', {
      payload: picture,
      headers: type,
    });
    expect(again.verdict).toBe('match');
    await call(contract.screenAnswer, 'POST', '/v1/screen', { payload: '', headers: type });
    await call(items(contract.hashList), 'GET', '/v1/hash-lists');
    await call(contract.page(contract.hashListEntry), 'GET', '/v1/hash-lists/test-list/entries');
    await call(contract.webhookAnswer, 'PUT', '/v1/services/test-service/webhook', {
      payload: { url: 'http://127.0.0.1:9/hooks' },
      headers: serviceKey,
    });
  });

  it('go on with a user report that becomes a case', async () => {
    const parts = [
      {
        name: 'report',
        content: JSON.stringify(
          goodReport({
            group: { id: 'g', name: 'Placeholder', picture: 'p1', members: [{ account: { id: 'a' } }] },
          }),
        ),
      },
      { name: 'p1', fileName: 'p1.jpg', content: await testPicture(2) },
    ];
    const headers = { ...watched.serviceKey, 'content-type': FORM_TYPE, 'idempotency-key': 'key-1' };
    const sent = { payload: rawForm(parts), headers };
    const receipt = await call(contract.userReportReceipt, 'POST', '/v1/user-reports', {
      ...sent,
      status: 201,
    });
    const again = await call(contract.userReportReceipt, 'POST', '/v1/user-reports', sent);
    expect(again).toEqual(receipt);
    known.userReport = receipt.userReportId;
    await watched.desk.runJobs();
    const later = await call(contract.userReportReceipt, 'GET', `/v1/user-reports/${known.userReport}`, {
      headers: watched.serviceKey,
    });
    expect(later.status).toBe('in-case');
    known.case = later.caseId ?? '';
    known.exhibit = later.exhibits[0]?.exhibitId ?? '';
    await call(contract.page(contract.caseSummary), 'GET', '/v1/cases');
    const detail = await call(contract.caseDetail, 'GET', `/v1/cases/${known.case}`);
    known.group = detail.group.id;
  });

  it('end with a decision, its delivery and its report', async () => {
    const reveal = {
      method: 'POST',
      url: `/v1/exhibits/${known.exhibit}/reveal`,
      headers: { cookie },
    } as const;
    const revealed = await watched.api.inject({ ...reveal, payload: { reason: 'placeholder' } });
    expect(revealed.statusCode).toBe(200);
    const { items: policies } = await call(items(contract.policy), 'GET', '/v1/policies');
    const policy = contract.policy.parse(policies[0]);
    await call(contract.reportOptions, 'GET', '/v1/report-options');
    const decision = {
      policyId: policy.id,
      rationale: 'placeholder',
      actions: [{ kind: 'remove-group', target: { kind: 'group', id: known.group } }],
      cyberTip: { incidentType: policy.defaultIncidentType, exhibits: [{ exhibitId: known.exhibit }] },
    };
    const url = `/v1/cases/${known.case}/decisions`;
    await call(contract.decision, 'POST', url, { payload: decision, status: 201 });
    const closed = await call(contract.errorAnswer, 'POST', url, { payload: decision, status: 409 });
    expect(closed.error.code).toBe('BW-CASE-CLOSED');
    await runJobsThatMayFail();
    const deliveries = await call(contract.page(contract.delivery), 'GET', '/v1/deliveries');
    known.delivery = deliveries.items[0]?.id ?? '';
    await call(contract.delivery, 'POST', `/v1/deliveries/${known.delivery}/retry`);
    const reports = await call(contract.page(contract.reportSummary), 'GET', '/v1/reports');
    known.report = reports.items[0]?.id ?? '';
    await call(contract.reportDetail, 'GET', `/v1/reports/${known.report}`);
    await call(contract.reportSummary, 'POST', `/v1/reports/${known.report}/retry`);
    await call(contract.caseDetail, 'GET', `/v1/cases/${known.case}`);
    const timeline = await call(
      contract.page(contract.timelineEvent),
      'GET',
      `/v1/cases/${known.case}/timeline?limit=2`,
    );
    expect(timeline.items).toHaveLength(2);
    await call(
      contract.page(contract.timelineEvent),
      'GET',
      `/v1/cases/${known.case}/timeline?cursor=${timeline.nextCursor}`,
    );
  });

  it('are as they should be for the desk itself', async () => {
    await call(contract.session, 'GET', '/v1/session');
    await call(contract.workspace, 'GET', '/v1/workspace');
    await call(items(contract.service), 'GET', '/v1/services');
    const payload = { slug: 'placeholder', name: 'Placeholder' };
    await call(contract.service, 'POST', '/v1/services', { payload, status: 201 });
    const twice = await call(contract.errorAnswer, 'POST', '/v1/services', { payload, status: 409 });
    expect(twice.error.code).toBe('BW-SERVICE-EXISTS');
    const made = await call(contract.serviceKeyAnswer, 'POST', '/v1/services/placeholder/keys', {
      payload: { label: 'placeholder' },
      status: 201,
    });
    watched.secrets.push(made.key);
    await call(items(contract.serviceKey), 'GET', '/v1/services/placeholder/keys');
    for (const url of [
      `/v1/services/placeholder/keys/${made.id}`,
      '/v1/services/test-service/webhook',
      '/v1/hash-lists/test-list',
    ]) {
      const answer = await watched.api.inject({ method: 'DELETE', url, headers: { cookie } });
      expect([answer.statusCode, answer.body], url).toEqual([204, '']);
    }
    await call(contract.demoRemoval, 'DELETE', '/v1/demo');
  });

  it('leave a log that tells nothing', () => expectDiscreetLog(watched));

  /** Nobody listens where the webhook goes, and that is not what is looked at here. */
  async function runJobsThatMayFail(): Promise<void> {
    await watched.desk.runJobs().catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  }
});
