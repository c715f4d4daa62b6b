import type { IntendedRecipient, PersonOrUserReported, Victim } from './accounts.ts';
import { intendedRecipient, personOrUserReported, victim } from './accounts.ts';
import { any, boolean, content, formatted, one, oneOf, optional, sequence, text } from './description.ts';
import type { ValueOf } from './description.ts';
import type { InternetDetails } from './incident.ts';
import { incidentSummary, internetDetails } from './incident.ts';
import type { Person } from './people.ts';
import { contactPerson, reportingPerson } from './people.ts';
import { countryCodes } from './published-values.ts';

/** A police force that already knows, or that asked for the report (documentation, B.3). */
export const lawEnforcement = sequence({
  agencyName: one(text(255)),
  caseNumber: optional(text(100)),
  officerContact: optional(contactPerson),
  reportedToLe: optional(boolean),
  servedLegalProcessDomestic: optional(boolean),
  servedLegalProcessInternational: optional(content(boolean, { fleaCountry: optional(oneOf(countryCodes)) })),
});
export type LawEnforcement = ValueOf<typeof lawEnforcement>;

/** Who files the report (B.4). */
export const reporter = sequence({
  reportingPerson: one(reportingPerson),
  contactPerson: optional(contactPerson),
  companyTemplate: optional(text()),
  termsOfService: optional(text()),
  legalURL: optional(formatted('url', 2083)),
});
export type Reporter = ValueOf<typeof reporter>;

/**
 * One report (appendix B). Batched reports, the only kind that may name several people as reported, are left
 * out on purpose: Breakwater files one report per person.
 */
export const report = sequence(
  {
    incidentSummary: one(incidentSummary),
    internetDetails: any(internetDetails),
    lawEnforcement: optional(lawEnforcement),
    reporter: one(reporter),
    personOrUserReported: optional(personOrUserReported),
    intendedRecipient: any(intendedRecipient),
    victim: any(victim),
    additionalInfo: optional(text()),
  },
  [
    {
      field: 'internetDetails',
      message:
        'An email address of the incident must also be given as an address of the reported person, of an intended recipient or of a victim.',
      broken: (value) => {
        const known = new Set(addressesOfPeople(value));
        return addressesOfIncident(value.internetDetails ?? []).some((address) => !known.has(address));
      },
    },
  ],
);
export type Report = ValueOf<typeof report>;

interface People {
  readonly personOrUserReported?: PersonOrUserReported | undefined;
  readonly intendedRecipient?: readonly IntendedRecipient[] | undefined;
  readonly victim?: readonly Victim[] | undefined;
}

function addressesOfPeople({
  personOrUserReported: reported,
  intendedRecipient: recipients,
  victim: victims,
}: People) {
  const people: readonly (Person | undefined)[] = [
    reported?.personOrUserReportedPerson,
    ...(recipients ?? []).map((recipient) => recipient.intendedRecipientPerson),
    ...(victims ?? []).map((each) => each.victimPerson),
  ];
  return people.flatMap((person) => person?.email ?? []).map(({ value }) => value.toLowerCase());
}

function addressesOfIncident(places: readonly InternetDetails[]): string[] {
  return places
    .flatMap((place) => {
      if ('emailIncident' in place) return place.emailIncident.emailAddress ?? [];
      if ('newsgroupIncident' in place) return place.newsgroupIncident.emailAddress ?? [];
      return [];
    })
    .map(({ value }) => value.toLowerCase());
}
