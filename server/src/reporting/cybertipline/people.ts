import {
  any,
  boolean,
  content,
  formatted,
  integer,
  oneOf,
  optional,
  pastDate,
  pastDateTime,
  sequence,
  sequenceWith,
  some,
  text,
} from './description.ts';
import type { ValueOf } from './description.ts';
import { addressTypes, countryCodes, emailTypes, phoneTypes, stateCodes } from './published-values.ts';

// People and how to reach them (documentation, appendix A).

export const address = sequenceWith(
  { type: optional(oneOf(addressTypes)) },
  {
    address: optional(text(255)),
    city: optional(text(100)),
    zipCode: optional(text(20)),
    state: optional(oneOf(stateCodes)),
    nonUsaState: optional(text(100)),
    country: optional(oneOf(countryCodes)),
  },
);
export type Address = ValueOf<typeof address>;

const verificationNeedsDate = {
  field: 'verified',
  message: 'A verification date can only be given when it is also stated that the contact was verified.',
  broken: (contact: {
    readonly verified?: boolean | undefined;
    readonly verificationDate?: string | undefined;
  }) => contact.verificationDate !== undefined && contact.verified !== true,
};

export const phone = content(
  text(50),
  {
    type: optional(oneOf(phoneTypes)),
    verified: optional(boolean),
    verificationDate: optional(pastDateTime),
    countryCallingCode: optional(formatted('calling-code')),
    extension: optional(formatted('digits', 10)),
  },
  [
    verificationNeedsDate,
    {
      field: 'value',
      message: 'The phone number must not repeat the country calling code that is given beside it.',
      broken: ({ value, countryCallingCode }) =>
        countryCallingCode !== undefined && value.trimStart().startsWith(countryCallingCode),
    },
  ],
);
export type Phone = ValueOf<typeof phone>;

export const email = content(
  formatted('email-address', 255),
  {
    type: optional(oneOf(emailTypes)),
    verified: optional(boolean),
    verificationDate: optional(pastDateTime),
  },
  [verificationNeedsDate],
);
export type Email = ValueOf<typeof email>;

const name = { firstName: optional(text(100)), lastName: optional(text(100)) };
const age = { age: optional(integer(0, 150)), dateOfBirth: optional(pastDate) };

export const person = sequence({
  ...name,
  phone: any(phone),
  email: any(email),
  address: any(address),
  ...age,
});
export type Person = ValueOf<typeof person>;

/** The person who files. The schema lets the email address go; the documentation requires it (B.4). */
export const reportingPerson = sequence({
  ...name,
  phone: any(phone),
  email: some(email),
  address: any(address),
  ...age,
});
export type ReportingPerson = ValueOf<typeof reportingPerson>;

export const contactPerson = sequence({
  ...name,
  phone: any(phone),
  email: any(email),
  address: any(address),
});
export type ContactPerson = ValueOf<typeof contactPerson>;
