import { describe, expect, it } from 'vitest';
import {
  groupReport,
  pictureDetails,
  smallFileDetails,
  smallReport,
} from './sample-documents.test-support.ts';
import { fileDetailsXml, reportXml } from './serialize.ts';

describe('the documents that are sent', () => {
  it('writes the smallest report', () => {
    expect(reportXml(smallReport)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<report>
  <incidentSummary>
    <incidentType>Child Pornography (possession, manufacture, and distribution)</incidentType>
    <incidentDateTime>2025-10-01T12:00:00Z</incidentDateTime>
  </incidentSummary>
  <reporter>
    <reportingPerson>
      <email>desk@example.org</email>
    </reportingPerson>
  </reporter>
</report>
`);
  });

  it('writes a report of a group in the published order, whatever the order of the fields', () => {
    expect(reportXml(reversed(groupReport))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<report>
  <incidentSummary>
    <incidentType>Child Pornography (possession, manufacture, and distribution)</incidentType>
    <platform>Example Messenger</platform>
    <reportAnnotations>
      <csamSolicitation/>
      <spam/>
    </reportAnnotations>
    <incidentDateTime>2025-10-01T12:00:00Z</incidentDateTime>
    <incidentDateTimeDescription>When the picture was first matched</incidentDateTimeDescription>
  </incidentSummary>
  <internetDetails>
    <chatImIncident>
      <chatClient>Example Messenger</chatClient>
      <chatRoomName>placeholder &lt;group&gt; &amp; friends \u{1F642}</chatRoomName>
    </chatImIncident>
  </internetDetails>
  <internetDetails>
    <webPageIncident thirdPartyHostedContent="true">
      <url>https://example.org/?a=1&amp;b=2</url>
    </webPageIncident>
  </internetDetails>
  <reporter>
    <reportingPerson>
      <email>desk@example.org</email>
    </reportingPerson>
  </reporter>
  <personOrUserReported>
    <personOrUserReportedPerson>
      <phone type="Mobile" countryCallingCode="+1">2025550100</phone>
    </personOrUserReportedPerson>
    <espIdentifier>account-123</espIdentifier>
    <screenName>placeholder</screenName>
    <displayName>one name</displayName>
    <displayName>another name</displayName>
    <ipCaptureEvent>
      <ipAddress>192.0.2.1</ipAddress>
      <eventName>Upload</eventName>
      <dateTime>2025-10-01T11:59:00Z</dateTime>
      <possibleProxy>false</possibleProxy>
      <port>443</port>
    </ipCaptureEvent>
    <groupIdentifier>group-456</groupIdentifier>
    <accountPermanentlyDisabled disabledDate="2025-10-02T08:00:00Z" userNotified="false">true</accountPermanentlyDisabled>
  </personOrUserReported>
  <additionalInfo>Filed from a drill.</additionalInfo>
</report>
`);
  });

  it('writes the details of a file in the published order', () => {
    expect(fileDetailsXml(reversed(pictureDetails))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<fileDetails>
  <reportId>4564654</reportId>
  <fileId>b0754af766b426f2928c02c651ed4b99</fileId>
  <originalFileName>placeholder.jpg</originalFileName>
  <fileViewedByEsp>true</fileViewedByEsp>
  <exifViewedByEsp>true</exifViewedByEsp>
  <publiclyAvailable>false</publiclyAvailable>
  <fileRelevance>Reported</fileRelevance>
  <fileAnnotations>
    <viral/>
    <generativeAi/>
  </fileAnnotations>
  <industryClassification>B2</industryClassification>
  <originalFileHash hashType="MD5">fafa5efeaf3cbe3b23b2748d13e629a1</originalFileHash>
  <details type="HASH">
    <nameValuePair>
      <name>PDQ</name>
      <value>00</value>
    </nameValuePair>
  </details>
</fileDetails>
`);
  });

  it('always says whether a person viewed the file', () => {
    expect(fileDetailsXml(smallFileDetails)).toContain('<fileViewedByEsp>false</fileViewedByEsp>');
    const { fileViewedByEsp: _, ...unsaid } = smallFileDetails;
    // @ts-expect-error The type has no default for it.
    expect(fileDetailsXml(unsaid)).not.toContain('fileViewedByEsp');
  });

  it('leaves out what is undefined, an empty list and an empty set of annotations', () => {
    const { incidentSummary } = smallReport;
    const padded = {
      ...smallReport,
      incidentSummary: { ...incidentSummary, platform: undefined, reportAnnotations: [] },
      victim: [],
      additionalInfo: undefined,
    };
    expect(reportXml(padded)).toBe(reportXml(smallReport));
  });

  it('refuses a value that cannot be written', () => {
    const broken: unknown = { ...smallReport, victim: 'nobody' };
    // @ts-expect-error A list was due.
    expect(() => reportXml(broken)).toThrow(new TypeError('victim must be a list'));
  });
});

/** The same value with the keys of every object the other way round. */
function reversed<T>(value: T): T;
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => reversed(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  );
}
