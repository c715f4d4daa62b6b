import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWatchedDesk, type WatchedDesk } from './watched-desk.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: Record<string, string[]>[];
  readonly parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  readonly requestBody?: { required?: boolean; content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

const COMPONENTS = '#/components/schemas/';

describe('the OpenAPI document', () => {
  let watched: WatchedDesk;
  let document: Document;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    document = (await watched.api.inject('/openapi.json')).json();
  });
  afterAll(() => watched.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
    );
  const references = () =>
    [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');

  it('is of version 3.1 and says what it describes', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Breakwater', version: 'test' });
    expect(Object.keys(document.paths).every((path) => path.startsWith('/'))).toBe(true);
    // Words of version 3.0 that mean nothing in 3.1.
    expect(JSON.stringify(document)).not.toMatch(/"nullable":|"exclusiveM(?:in|ax)imum":(?:true|false)/);
  });

  it('has a summary, a tag and answers with descriptions for every route', () => {
    for (const { name, operation } of operations()) {
      expect(operation.summary, name).toMatch(/^[A-Z].*[^.]$/);
      expect(operation.tags, name).toHaveLength(1);
      expect(
        Object.keys(operation.responses).filter((status) => /^2\d\d$/.test(status)),
        name,
      ).not.toEqual([]);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status, name).toMatch(/^(?:2\d\d|[45]XX)$/);
        expect(response.description, name).not.toBe('Default Response');
        const expected = status === '204' ? undefined : expect.anything();
        expect(response.content, `${name} ${status}`).toEqual(expected);
      }
      for (const status of ['4XX', '5XX'])
        expect(operation.responses[status]?.content?.['application/json']?.schema, name).toEqual({
          $ref: `${COMPONENTS}Error`,
        });
    }
  });

  it('says of every route of the API how to sign in, and of no other', () => {
    const schemes = Object.keys(document.components.securitySchemes);
    for (const { name, path, operation } of operations()) {
      const named = (operation.security ?? []).flatMap((one) => Object.keys(one));
      expect(schemes, name).toEqual(expect.arrayContaining(named));
      const open = !path.startsWith('/v1/') || path === '/v1/sign-in';
      expect(named.length === 0, name).toBe(open);
    }
  });

  it('declares every parameter of a path, and none twice', () => {
    for (const { name, path, operation } of operations()) {
      const parameters = operation.parameters ?? [];
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      const named = [...path.matchAll(/\{([\w*]+)\}/g)].map((match) => match[1]);
      expect(
        inPath.map((parameter) => parameter.name),
        name,
      ).toEqual(named);
      expect(
        inPath.every((parameter) => parameter.required === true),
        name,
      ).toBe(true);
      expect(
        parameters.every((parameter) => parameter.schema !== undefined),
        name,
      ).toBe(true);
      const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(keys).size, name).toBe(keys.length);
    }
  });

  it('refers only to schemas that it has, has none that nothing refers to, and names each for what it is', () => {
    const names = Object.keys(document.components.schemas);
    expect(new Set(references())).toEqual(new Set(names.map((name) => COMPONENTS + name)));
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(names.filter((name) => /Input$|Output$|Schema$|^Def/.test(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(['UserReportRequest', 'ScreenAnswer', 'CaseDetail', 'Error']),
    );
  });

  it('takes no body where there is none to take', () => {
    for (const { name, operation } of operations())
      if (/^(?:get|delete) /.test(name)) expect(operation.requestBody, name).toBeUndefined();
  });

  it('describes a user report as JSON and as a form with files', () => {
    const { content } = document.paths['/v1/user-reports']?.['post']?.requestBody ?? { content: {} };
    expect(content).toEqual({
      'application/json': { schema: { $ref: `${COMPONENTS}UserReportRequest` } },
      'multipart/form-data': {
        schema: expect.objectContaining({
          type: 'object',
          required: ['report'],
          properties: { report: { $ref: `${COMPONENTS}UserReportRequest` } },
          additionalProperties: expect.objectContaining({ type: 'string', format: 'binary' }),
        }),
      },
    });
    expect(document.components.schemas['UserReportRequest']).toMatchObject({
      type: 'object',
      required: ['group', 'reason', 'contentVisibility', 'authenticity'],
      additionalProperties: false,
    });
    const parameters = document.paths['/v1/user-reports']?.['post']?.parameters;
    expect(parameters).toMatchObject([{ name: 'idempotency-key', in: 'header', required: true }]);
  });

  it('describes bytes as bytes and lists as what they are', () => {
    const bytes = { schema: { type: 'string', format: 'binary' } };
    expect(document.paths['/v1/screen']?.['post']?.requestBody?.content).toEqual({
      'application/octet-stream': bytes,
      'image/*': bytes,
    });
    const list = document.paths['/v1/hash-lists/{slug}/import']?.['post']?.requestBody?.content ?? {};
    expect(Object.keys(list)).toEqual(['text/csv', 'application/x-ndjson', 'application/jsonl']);
    for (const [path, method] of [
      ['/v1/exhibits/{exhibitId}/preview', 'get'],
      ['/v1/exhibits/{exhibitId}/reveal', 'post'],
    ] as const)
      expect(document.paths[path]?.[method]?.responses['200']?.content).toEqual({ 'image/webp': bytes });
  });

  it('can be read as a page whose every part is served', async () => {
    const page = await watched.api.inject('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style/);
    const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      expect(part).toMatch(/^\.\/static\//);
      const answer = await watched.api.inject(`/docs/${part.slice(2)}`);
      expect(answer.statusCode, part).toBe(200);
    }
    expect((await watched.api.inject('/docs/json')).json()).toEqual(document);
  });
});
