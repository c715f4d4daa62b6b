import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../foundation/index.ts';
import { readConfig } from './config.ts';

const ACCOUNT = {
  BREAKWATER_CYBERTIPLINE_URL: 'https://exttest.cybertip.org/ispws',
  BREAKWATER_CYBERTIPLINE_USERNAME: 'desk',
  BREAKWATER_CYBERTIPLINE_PASSWORD: 'placeholder',
  BREAKWATER_REPORTER_EMAIL: 'desk@breakwater.example',
};

describe('the settings', () => {
  it('are safe when nothing is set: this machine only, a folder here, no authority', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      dataFolder: expect.stringMatching(/\/data$/),
      databaseUrl: undefined,
      databaseOwnerUrl: undefined,
      publicUrl: undefined,
      cyberTipline: undefined,
    });
  });

  it('come from a flag, else from the environment; an empty variable is none', () => {
    const environment = {
      BREAKWATER_PORT: '4100',
      BREAKWATER_DATA: '/from/environment',
      BREAKWATER_HOST: '',
    };
    expect(readConfig(environment, { port: '0' })).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      dataFolder: '/from/environment',
    });
  });

  it.each([
    ['BREAKWATER_PORT', '70000'],
    ['BREAKWATER_PORT', '4.5'],
    ['BREAKWATER_PORT', 'http'],
    ['DATABASE_URL', 'mysql://localhost/breakwater'],
    ['BREAKWATER_PUBLIC_URL', 'ftp://breakwater.example'],
    ['BREAKWATER_LOG_LEVEL', 'loud'],
  ])('that are wrong are named: %s=%s', (name, value) => {
    expect(refusal({ [name]: value })).toMatchObject({
      code: 'BW-START-CONFIG',
      message: expect.stringContaining(name),
    });
  });

  it('are either taken or refused with a code, whatever they hold', () => {
    const names = fc.constantFrom(
      'BREAKWATER_HOST',
      'BREAKWATER_PORT',
      'BREAKWATER_DATA',
      'DATABASE_URL',
      'BREAKWATER_PUBLIC_URL',
      ...Object.keys(ACCOUNT),
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.string({ unit: 'binary' })), (environment) => {
        try {
          readConfig(environment);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BW-START-CONFIG' });
        }
      }),
    );
  });
});

describe('the account at the CyberTipline', () => {
  it.each([
    ['https://report.cybertip.org/ispws', 'production'],
    ['https://exttest.cybertip.org/ispws', 'test'],
    ['http://127.0.0.1:4700/ispws', 'sandbox'],
    ['http://localhost:4700/ispws', 'sandbox'],
    ['http://[::1]:4700/ispws', 'sandbox'],
  ])('is known by its address: %s is %s', (url, environment) => {
    const config = readConfig({ ...ACCOUNT, BREAKWATER_CYBERTIPLINE_URL: url });
    expect(config.cyberTipline).toMatchObject({ url, environment });
  });

  it.each([
    'https://report.cybertip.org.breakwater.example/ispws',
    'https://breakwater.example/report.cybertip.org',
    'https://127.0.0.1.breakwater.example/ispws',
    'https://127.breakwater.example/ispws',
    'https://report.cybertip.org@breakwater.example/ispws',
    'http://report.cybertip.org/ispws',
    'https://desk:secret@report.cybertip.org/ispws',
  ])('is refused at an address that only looks like one: %s', (url) => {
    expect(refusal({ ...ACCOUNT, BREAKWATER_CYBERTIPLINE_URL: url })?.code).toBe('BW-START-CONFIG');
  });

  it.each(Object.keys(ACCOUNT).slice(1))('is refused without %s', (missing) => {
    expect(refusal({ ...ACCOUNT, [missing]: undefined })?.message).toContain(missing);
  });

  it('is not repeated in a refusal', () => {
    const refused = refusal({ ...ACCOUNT, BREAKWATER_REPORTER_EMAIL: 'no address' });
    expect(JSON.stringify(refused) + String(refused?.message)).not.toContain('placeholder');
  });
});

function refusal(environment: Record<string, string | undefined>): CodedError | undefined {
  try {
    readConfig(environment);
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}
