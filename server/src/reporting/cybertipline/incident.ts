import { ipCaptureEvent } from './capture-events.ts';
import {
  any,
  boolean,
  choice,
  decimal,
  flags,
  formatted,
  one,
  oneOf,
  optional,
  pastDateTime,
  sequence,
  sequenceWith,
  text,
} from './description.ts';
import type { ValueOf } from './description.ts';
import { address, email, phone } from './people.ts';
import { incidentTypes, reportAnnotations } from './published-values.ts';

/** What happened and when (documentation, B.1). */
export const incidentSummary = sequence({
  incidentType: one(oneOf(incidentTypes)),
  platform: optional(text(256)),
  // Free text, but its presence alone marks the report as urgent: leave it out unless a child is at risk now.
  escalateToHighPriority: optional(text(3000)),
  reportAnnotations: optional(flags(reportAnnotations)),
  incidentDateTime: one(pastDateTime),
  incidentDateTimeDescription: optional(text(3000)),
});
export type IncidentSummary = ValueOf<typeof incidentSummary>;

const additionalInfo = optional(text());

/** Where it happened: exactly one of eight kinds of place (B.2). */
export const internetDetails = choice({
  webPageIncident: sequenceWith(
    { thirdPartyHostedContent: optional(boolean) },
    { url: any(formatted('url', 2083)), additionalInfo },
  ),
  emailIncident: sequence({ emailAddress: any(email), content: optional(text()), additionalInfo }),
  newsgroupIncident: sequence({
    name: optional(text(255)),
    emailAddress: any(email),
    content: optional(text()),
    additionalInfo,
  }),
  chatImIncident: sequence({
    chatClient: optional(text(255)),
    chatRoomName: optional(text(255)),
    content: optional(text()),
    additionalInfo,
  }),
  onlineGamingIncident: sequence({
    gameName: optional(text(255)),
    console: optional(text(255)),
    content: optional(text()),
    additionalInfo,
  }),
  cellPhoneIncident: sequence({
    phoneNumber: optional(phone),
    latitude: optional(decimal(-90, 90)),
    longitude: optional(decimal(-180, 180)),
    additionalInfo,
  }),
  nonInternetIncident: sequence({
    locationName: optional(text(255)),
    incidentAddress: any(address),
    additionalInfo,
  }),
  peer2peerIncident: sequence({
    client: optional(text(255)),
    ipCaptureEvent: any(ipCaptureEvent),
    fileNames: optional(text()),
    additionalInfo,
  }),
});
export type InternetDetails = ValueOf<typeof internetDetails>;
