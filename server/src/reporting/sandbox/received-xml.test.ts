import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileDetails, report } from '../cybertipline/index.ts';
import { readReceived, RefusedDocument } from './received-xml.ts';

const now = new Date('2025-10-03T00:00:00Z');

// Documents as another client might write them, not as our serializer does.
const summary =
  '<incidentSummary><incidentType>Child Sex Tourism</incidentType><incidentDateTime>2025-10-01T12:00:00Z</incidentDateTime></incidentSummary>';
const reporter = '<reporter><reportingPerson><email>desk@example.org</email></reportingPerson></reporter>';

describe('the reading of a received report', () => {
  it('takes white space, comments, CDATA, references and the schema location of other clients', () => {
    const xml = `\uFEFF<?xml version='1.0' encoding='utf-8' standalone='no' ?>
<!-- placeholder -->
<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://example.org/xsd">
  ${summary}
  <internetDetails><webPageIncident thirdPartyHostedContent=" 1 "><url>https://example.org/?a&#61;1&amp;b=<![CDATA[<&>]]></url></webPageIncident></internetDetails>
  ${reporter}
  <additionalInfo>one<!-- placeholder --> two</additionalInfo>
</report>`;
    expect(readReceived(xml, 'report', report, now)).toEqual({
      incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2025-10-01T12:00:00Z' },
      internetDetails: [
        { webPageIncident: { thirdPartyHostedContent: true, url: ['https://example.org/?a=1&b=<&>'] } },
      ],
      reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }] } },
      additionalInfo: 'one two',
    });
  });

  it.each([
    [
      'a wrong order',
      `${reporter}${summary}`,
      "Element 'incidentSummary' must stand before element 'reporter' in 'report'.",
    ],
    [
      'an element that the format lacks',
      `${summary}${reporter}<company/>`,
      "Element 'company' is not expected in element 'report'.",
    ],
    [
      'no incident time',
      `<incidentSummary><incidentType>Child Sex Tourism</incidentType></incidentSummary>${reporter}`,
      "Element 'incidentDateTime' is missing from element 'incidentSummary'.",
    ],
    ['no reporter', summary, "Element 'reporter' is missing from element 'report'."],
    [
      'a reporter without an email address',
      `${summary}<reporter><reportingPerson/></reporter>`,
      "Element 'email' is missing from element 'reportingPerson'.",
    ],
    [
      'two people as reported',
      `${summary}${reporter}<personOrUserReported/><personOrUserReported/>`,
      "Element 'personOrUserReported' may stand only once.",
    ],
    [
      'a batched report',
      `<batchedReport reason="VIRAL_POTENTIAL_MEME"/>${summary}${reporter}`,
      "Element 'batchedReport' is not expected in element 'report'.",
    ],
    [
      'an attribute that the format lacks',
      `${summary}${reporter.replace('<email>', '<email kind="x">')}`,
      "Attribute 'kind' is not expected on element 'email'.",
    ],
    [
      'text between elements',
      `${summary}placeholder${reporter}`,
      "Element 'report' must not hold text of its own.",
    ],
    [
      'an element within text',
      `${summary}${reporter}<additionalInfo><b>x</b></additionalInfo>`,
      "Element 'additionalInfo' must hold text only.",
    ],
    [
      'an unknown incident type',
      `${summary.replace('Tourism', 'Tourist')}${reporter}`,
      "Element 'incidentType' has no published value.",
    ],
    [
      'a time without its zone',
      `${summary.replace('00Z', '00')}${reporter}`,
      "Element 'incidentDateTime' must be in ISO 8601 form with its time zone.",
    ],
    [
      'a time in the future',
      `${summary.replace('2025', '2026')}${reporter}`,
      "Element 'incidentDateTime' must be in the past.",
    ],
    [
      'a long platform name',
      `${summary.replace('</incidentType>', `</incidentType><platform>${'x'.repeat(257)}</platform>`)}${reporter}`,
      "Element 'platform' is longer than 256 characters.",
    ],
    [
      'a blank escalation',
      `${summary.replace('</incidentType>', '</incidentType><escalateToHighPriority> </escalateToHighPriority>')}${reporter}`,
      "Element 'escalateToHighPriority' must not be blank.",
    ],
    [
      'an annotation that is false',
      `${summary.replace('</incidentType>', '</incidentType><reportAnnotations><spam>false</spam></reportAnnotations>')}${reporter}`,
      "Element 'spam' can only be true.",
    ],
    [
      'an annotation given twice',
      `${summary.replace('</incidentType>', '</incidentType><reportAnnotations><spam/><spam/></reportAnnotations>')}${reporter}`,
      "Element 'spam' may stand only once in element 'reportAnnotations'.",
    ],
    [
      'a place of two kinds',
      `${summary}<internetDetails><chatImIncident/><emailIncident/></internetDetails>${reporter}`,
      "Element 'internetDetails' must hold exactly one of its published elements.",
    ],
    [
      'a port out of range',
      `${summary}${reporter}<personOrUserReported><ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><port>0</port></ipCaptureEvent></personOrUserReported>`,
      "Element 'port' must be between 1 and 65535.",
    ],
  ])('refuses %s and names the element', (_, inner, message) => {
    expect(refusalOf(`<report>${inner}</report>`)).toEqual({ code: 4100, message });
  });

  it.each([
    ['nothing', ''],
    ['an unclosed element', '<report>'],
    ['crossed elements', '<report><a></report></a>'],
    ['a bare ampersand', `<report>${summary}${reporter}<additionalInfo>a & b</additionalInfo></report>`],
    ['an unknown entity', `<report>${summary}${reporter}<additionalInfo>&nbsp;</additionalInfo></report>`],
    ['a control character', `<report>${summary}${reporter}<additionalInfo>\u0001</additionalInfo></report>`],
    ['a document type', `<!DOCTYPE report [<!ENTITY a "b">]><report>${summary}${reporter}</report>`],
    ['a broken declaration', `<?xml verson="1.0"?><report>${summary}${reporter}</report>`],
    ['a declaration after the start', `\n<?xml version="1.0"?><report>${summary}${reporter}</report>`],
    ['a reserved name', `<report>${summary}${reporter}<__proto__/></report>`],
    ['deep nesting', `<report>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</report>`],
  ])('calls %s malformed', (_, xml) => {
    expect(refusalOf(xml)?.code).toBe(4110);
  });

  it('refuses another kind of document', () => {
    expect(refusalOf('<fileDetails/>')).toEqual({
      code: 4100,
      message: 'The document must be one report element.',
    });
  });

  it('never fails otherwise than by a refusal', () => {
    const fragment = fc.constantFrom(
      '<report>',
      '</report>',
      summary,
      reporter,
      '<',
      '>',
      '&',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?xml',
      '"',
      '=',
      '</',
      '<additionalInfo>',
      '</additionalInfo>',
      '<a b="',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 4 }))), (parts) => {
        const refusal = refusalOf(parts.join(''));
        expect(refusal === null || [4100, 4110].includes(refusal.code)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the reading of received file details', () => {
  const start = '<reportId>7</reportId><fileId>abc</fileId>';

  it.each([
    [
      'a wrong order',
      `<fileId>abc</fileId><reportId>7</reportId><fileViewedByEsp>true</fileViewedByEsp>`,
      "Element 'reportId' must stand before element 'fileId' in 'fileDetails'.",
    ],
    [
      'EXIF data viewed in a file that was not',
      `${start}<fileViewedByEsp>false</fileViewedByEsp><exifViewedByEsp>true</exifViewedByEsp>`,
      "Element 'exifViewedByEsp' of 'fileDetails': The EXIF data can only be stated as viewed when the whole file is stated as viewed.",
    ],
    [
      'no word on whether it was viewed',
      start,
      "Element 'fileViewedByEsp' is missing from element 'fileDetails'.",
    ],
    [
      'a hash without its type',
      `${start}<fileViewedByEsp>true</fileViewedByEsp><originalFileHash>00</originalFileHash>`,
      "Attribute 'hashType' is missing from element 'originalFileHash'.",
    ],
  ])('refuses %s', (_, inner, message) => {
    const xml = `<fileDetails>${inner}</fileDetails>`;
    expect(() => readReceived(xml, 'fileDetails', fileDetails, now)).toThrow(
      new RefusedDocument(4100, message),
    );
  });
});

function refusalOf(xml: string): { code: number; message: string } | null {
  try {
    readReceived(xml, 'report', report, now);
    return null;
  } catch (error) {
    if (error instanceof RefusedDocument) return { code: error.code, message: error.message };
    throw error;
  }
}
