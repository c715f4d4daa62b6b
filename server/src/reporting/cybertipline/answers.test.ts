import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './answers.ts';

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

describe('the answers of the server', () => {
  it('reads a report number', () => {
    const xml = `${head}
<reportResponse>
  <responseCode>0</responseCode>
  <responseDescription>Success</responseDescription>
  <reportId>4564654</reportId>
</reportResponse>`;
    expect(readAnswer(xml)).toEqual({
      root: 'reportResponse',
      responseCode: 0,
      responseDescription: 'Success',
      reportId: '4564654',
    });
  });

  it('reads a file and its MD5, in lower case', () => {
    const xml =
      '<reportResponse><responseCode>0</responseCode><responseDescription/><reportId>7</reportId><fileId>b0754af766b426f2928a02c651ed4b99</fileId><hash>FAFA5EFEAF3CBE3B23B2748D13E629A1</hash></reportResponse>';
    expect(readAnswer(xml)).toMatchObject({
      fileId: 'b0754af766b426f2928a02c651ed4b99',
      md5: 'fafa5efeaf3cbe3b23b2748d13e629a1',
    });
  });

  it.each([
    ['<files/>', []],
    ['<files></files>', []],
    ['<files><fileId>a1</fileId></files>', ['a1']],
    ['<files><fileId>a1</fileId><fileId>b2</fileId></files>', ['a1', 'b2']],
  ])('reads the files of a finished report from %s', (files, fileIds) => {
    const xml = `<reportDoneResponse><responseCode>0</responseCode><reportId>7</reportId>${files}</reportDoneResponse>`;
    expect(readAnswer(xml)).toEqual({ root: 'reportDoneResponse', responseCode: 0, reportId: '7', fileIds });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<html><body>Bad gateway</body></html>'],
    ['an answer cut short', `${head}<reportResponse><responseCode>0</responseCode><reportId>45646`],
    ['an answer without a code', '<reportResponse><reportId>7</reportId></reportResponse>'],
    ['a code that is no number', '<reportResponse><responseCode>OK</responseCode></reportResponse>'],
    [
      'two codes',
      '<reportResponse><responseCode>0</responseCode><responseCode>1000</responseCode></reportResponse>',
    ],
    [
      'a report number that is none',
      '<reportResponse><responseCode>0</responseCode><reportId>none</reportId></reportResponse>',
    ],
    [
      'two report numbers',
      '<reportResponse><responseCode>0</responseCode><reportId>1</reportId><reportId>2</reportId></reportResponse>',
    ],
    [
      'a hash that is none',
      '<reportResponse><responseCode>0</responseCode><hash>abc</hash></reportResponse>',
    ],
    ['an empty element', '<reportResponse/>'],
    [
      'a document type',
      '<!DOCTYPE a [<!ENTITY b "c">]><reportResponse><responseCode>0</responseCode></reportResponse>',
    ],
    ['deep nesting', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`],
    [
      'an inherited name',
      '<reportResponse><__proto__><responseCode>0</responseCode></__proto__></reportResponse>',
    ],
  ])('takes %s for no answer', (_, xml) => {
    expect(readAnswer(xml)).toBeNull();
  });

  it('never throws, whatever it is given', () => {
    const fragment = fc.constantFrom(
      '<reportResponse>',
      '</reportResponse>',
      '<responseCode>',
      '0',
      '</responseCode>',
      '<',
      '>',
      '&',
      '<![CDATA[',
      ']]>',
      '<!--',
      '<?xml',
      '"',
      '</',
      '<files>',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 4 }))), (parts) => {
        const answer = readAnswer(parts.join(''));
        expect(answer === null || Number.isInteger(answer.responseCode)).toBe(true);
      }),
    );
  });
});
