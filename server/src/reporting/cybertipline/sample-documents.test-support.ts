import type { FileDetails } from './file-details.ts';
import type { Report } from './report.ts';

// Written by hand, so that the tests have something that does not come from the description.

export const smallReport: Report = {
  incidentSummary: {
    incidentType: 'Child Pornography (possession, manufacture, and distribution)',
    incidentDateTime: '2025-10-01T12:00:00Z',
  },
  reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }] } },
};

export const groupReport: Report = {
  ...smallReport,
  incidentSummary: {
    ...smallReport.incidentSummary,
    platform: 'Example Messenger',
    reportAnnotations: ['spam', 'csamSolicitation'],
    incidentDateTimeDescription: 'When the picture was first matched',
  },
  internetDetails: [
    {
      chatImIncident: {
        chatClient: 'Example Messenger',
        chatRoomName: 'placeholder <group> & friends \u{1F642}',
      },
    },
    { webPageIncident: { thirdPartyHostedContent: true, url: ['https://example.org/?a=1&b=2'] } },
  ],
  personOrUserReported: {
    personOrUserReportedPerson: {
      phone: [{ value: '2025550100', countryCallingCode: '+1', type: 'Mobile' }],
    },
    espIdentifier: 'account-123',
    screenName: 'placeholder',
    displayName: ['one name', 'another name'],
    ipCaptureEvent: [
      {
        ipAddress: '192.0.2.1',
        eventName: 'Upload',
        dateTime: '2025-10-01T11:59:00Z',
        possibleProxy: false,
        port: 443,
      },
    ],
    groupIdentifier: 'group-456',
    accountPermanentlyDisabled: { value: true, disabledDate: '2025-10-02T08:00:00Z', userNotified: false },
  },
  additionalInfo: 'Filed from a drill.',
};

export const smallFileDetails: FileDetails = {
  reportId: '4564654',
  fileId: 'b0754af766b426f2928c02c651ed4b99',
  fileViewedByEsp: false,
};

export const pictureDetails: FileDetails = {
  ...smallFileDetails,
  originalFileName: 'placeholder.jpg',
  fileViewedByEsp: true,
  exifViewedByEsp: true,
  publiclyAvailable: false,
  fileRelevance: 'Reported',
  fileAnnotations: ['generativeAi', 'viral'],
  industryClassification: 'B2',
  originalFileHash: [{ value: 'fafa5efeaf3cbe3b23b2748d13e629a1', hashType: 'MD5' }],
  details: [{ type: 'HASH', nameValuePair: [{ name: 'PDQ', value: '00' }] }],
};
