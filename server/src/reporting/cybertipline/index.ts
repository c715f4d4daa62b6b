export type {
  AccountPermanentlyDisabled,
  AccountTemporarilyDisabled,
  AssociatedAccount,
  EstimatedLocation,
  IntendedRecipient,
  PersonOrUserReported,
  Victim,
} from './accounts.ts';
export type { DeviceId, IpCaptureEvent } from './capture-events.ts';
export { checkFileDetails, checkReport } from './check.ts';
export type { CheckContext, Problem, ProblemCode } from './check.ts';
export { createCyberTiplineClient } from './client.ts';
export type { Answered, CyberTiplineClient, CyberTiplineClientOptions, UploadFile } from './client.ts';
export type { Attributes, Field, Fields, Rule, ScalarRule, SequenceRule, TextRule } from './description.ts';
export { CyberTiplineError } from './errors.ts';
export type { FailureKind, Operation } from './errors.ts';
export { fileDetails } from './file-details.ts';
export type { FileDetails, OriginalFileHash } from './file-details.ts';
export { hasFormat, lacksTimeZone, readTime } from './formats.ts';
export type { IncidentSummary, InternetDetails } from './incident.ts';
export type { Address, ContactPerson, Email, Person, Phone, ReportingPerson } from './people.ts';
export {
  fileAnnotations,
  fileRelevances,
  incidentTypes,
  industryClassifications,
  reportAnnotations,
} from './published-values.ts';
export type {
  CaptureEventName,
  FileAnnotation,
  FileRelevance,
  IncidentType,
  IndustryClassification,
  ReportAnnotation,
} from './published-values.ts';
export { report } from './report.ts';
export type { LawEnforcement, Report, Reporter } from './report.ts';
export { responseCodes } from './response-codes.ts';
export type { ResponseCode } from './response-codes.ts';
export { fileDetailsXml, reportXml } from './serialize.ts';
export { decodeReferences, escapeText, hasIllegalCharacters } from './xml-text.ts';
