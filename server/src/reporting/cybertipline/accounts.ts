import { deviceId, ipCaptureEvent } from './capture-events.ts';
import {
  any,
  anyDateTime,
  boolean,
  content,
  formatted,
  integer,
  one,
  oneOf,
  optional,
  pastDate,
  pastDateTime,
  sequence,
  sequenceWith,
  text,
} from './description.ts';
import type { ValueOf } from './description.ts';
import { address, email, person, phone } from './people.ts';
import { associatedAccountTypes, countryCodes, stateCodes } from './published-values.ts';

// The accounts of a report and the people behind them (documentation, B.5 to B.8).

interface Notified {
  readonly disabledDate?: string | undefined;
  readonly userNotifiedDate?: string | undefined;
}

const notifiedAfterDisabled = {
  field: 'userNotifiedDate',
  message: 'The user cannot have been told that the account was disabled before it was disabled.',
  broken: ({ disabledDate, userNotifiedDate }: Notified) =>
    disabledDate !== undefined &&
    userNotifiedDate !== undefined &&
    Date.parse(userNotifiedDate) < Date.parse(disabledDate),
};

const disabled = {
  disabledDate: optional(pastDateTime),
  userNotified: optional(boolean),
  userNotifiedDate: optional(pastDateTime),
};

export const accountTemporarilyDisabled = content(
  boolean,
  { ...disabled, reenabledDate: optional(anyDateTime) },
  [
    notifiedAfterDisabled,
    {
      field: 'reenabledDate',
      message: 'The account can only have been enabled again after it was disabled.',
      broken: ({ disabledDate, reenabledDate }) =>
        disabledDate !== undefined &&
        reenabledDate !== undefined &&
        Date.parse(reenabledDate) <= Date.parse(disabledDate),
    },
  ],
);
export type AccountTemporarilyDisabled = ValueOf<typeof accountTemporarilyDisabled>;

export const accountPermanentlyDisabled = content(boolean, disabled, [notifiedAfterDisabled]);
export type AccountPermanentlyDisabled = ValueOf<typeof accountPermanentlyDisabled>;

export const estimatedLocation = sequenceWith(
  { verified: optional(boolean), timestamp: optional(pastDateTime) },
  {
    city: optional(text(255)),
    region: optional(text(255)),
    // Optional in the schema; the documentation refuses a location without it.
    countryCode: one(oneOf(countryCodes)),
  },
  [
    {
      field: 'region',
      message: 'For a place in the United States the region must be the postal abbreviation of a state.',
      broken: ({ region, countryCode }) =>
        countryCode === 'US' && region !== undefined && !stateCodes.includes(region),
    },
    {
      field: 'region',
      message: 'For a city in the United States the state must be given as well.',
      broken: ({ city, region, countryCode }) =>
        countryCode === 'US' && city !== undefined && region === undefined,
    },
  ],
);
export type EstimatedLocation = ValueOf<typeof estimatedLocation>;

export const associatedAccount = sequenceWith(
  { type: one(oneOf(associatedAccountTypes)) },
  {
    platform: optional(content(text(256), { thirdPartyUser: optional(boolean) })),
    firstName: optional(text(256)),
    middleName: optional(text(256)),
    lastName: optional(text(256)),
    approximateAge: optional(integer(0, 150)),
    dateOfBirth: optional(pastDate),
    phone: any(phone),
    email: any(email),
    allEmailsReported: optional(boolean),
    address: any(address),
    espService: optional(text(256)),
    espIdentifier: optional(text(256)),
    profileUrl: any(formatted('url', 2083)),
    screenName: optional(text(256)),
    displayName: any(text(255)),
    profileBio: optional(text()),
    groupIdentifier: optional(text(256)),
    compromisedAccount: optional(boolean),
    accountTemporarilyDisabled: optional(accountTemporarilyDisabled),
    accountPermanentlyDisabled: optional(accountPermanentlyDisabled),
    ipCaptureEvent: any(ipCaptureEvent),
    deviceId: any(deviceId),
    priorCTReport: any(formatted('report-id')),
    additionalInfo: optional(text()),
  },
  [
    {
      field: 'approximateAge',
      message: 'Give either the approximate age or the date of birth, not both.',
      broken: ({ approximateAge, dateOfBirth }) => approximateAge !== undefined && dateOfBirth !== undefined,
    },
  ],
);
export type AssociatedAccount = ValueOf<typeof associatedAccount>;

const profile = {
  espIdentifier: optional(text(255)),
  espService: optional(text(100)),
  compromisedAccount: optional(boolean),
  screenName: optional(text(256)),
  displayName: any(text(255)),
  profileUrl: any(formatted('url', 2083)),
  profileBio: optional(text()),
  ipCaptureEvent: any(ipCaptureEvent),
  deviceId: any(deviceId),
};

const standing = {
  accountTemporarilyDisabled: optional(accountTemporarilyDisabled),
  accountPermanentlyDisabled: optional(accountPermanentlyDisabled),
  estimatedLocation: optional(estimatedLocation),
  allEmailsReported: optional(boolean),
};

/** The person or account that a report is about. */
export const personOrUserReported = sequence({
  personOrUserReportedPerson: optional(person),
  vehicleDescription: optional(text(300)),
  ...profile,
  thirdPartyUserReported: optional(boolean),
  priorCTReports: any(formatted('report-id')),
  groupIdentifier: optional(text(255)),
  ...standing,
  associatedAccount: any(associatedAccount),
  additionalInfo: optional(text()),
});
export type PersonOrUserReported = ValueOf<typeof personOrUserReported>;

export const intendedRecipient = sequence({
  intendedRecipientPerson: optional(person),
  ...profile,
  priorCTReports: any(formatted('report-id')),
  groupIdentifier: optional(text(255)),
  ...standing,
  // The schema takes several; the documentation, stricter, takes one.
  additionalInfo: optional(text()),
});
export type IntendedRecipient = ValueOf<typeof intendedRecipient>;

export const victim = sequence({
  victimPerson: one(person),
  ...profile,
  schoolName: optional(text(255)),
  priorCTReports: any(formatted('report-id')),
  ...standing,
  associatedAccount: any(associatedAccount),
  additionalInfo: optional(text()),
});
export type Victim = ValueOf<typeof victim>;
