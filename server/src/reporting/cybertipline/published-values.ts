/**
 * The exact strings of the published CyberTipline format (technical documentation of 11 June 2025, appendices
 * A to C). A misspelt one is refused by the receiving server, so they are written once, here.
 */

export const incidentTypes = [
  'Child Pornography (possession, manufacture, and distribution)',
  'Child Sex Trafficking',
  'Child Sex Tourism',
  'Child Sexual Molestation',
  'Misleading Domain Name',
  'Misleading Words or Digital Images on the Internet',
  'Online Enticement of Children for Sexual Acts',
  'Unsolicited Obscene Material Sent to a Child',
] as const;
export type IncidentType = (typeof incidentTypes)[number];

export const reportAnnotations = [
  'sextortion',
  'csamSolicitation',
  'minorToMinorInteraction',
  'spam',
  'sadisticOnlineExploitation',
] as const;
export type ReportAnnotation = (typeof reportAnnotations)[number];

export const fileAnnotations = [
  'animeDrawingVirtualHentai',
  'potentialMeme',
  'viral',
  'possibleSelfProduction',
  'physicalHarm',
  'violenceGore',
  'bestiality',
  'liveStreaming',
  'infant',
  'generativeAi',
] as const;
export type FileAnnotation = (typeof fileAnnotations)[number];

export const fileRelevances = ['Reported', 'Supplemental Reported'] as const;
export type FileRelevance = (typeof fileRelevances)[number];

/** A: prepubescent, B: pubescent; 1: sex act, 2: lascivious exhibition. */
export const industryClassifications = ['A1', 'A2', 'B1', 'B2'] as const;
export type IndustryClassification = (typeof industryClassifications)[number];

export const captureEventNames = ['Login', 'Registration', 'Purchase', 'Upload', 'Other', 'Unknown'] as const;
export type CaptureEventName = (typeof captureEventNames)[number];

export const metadataTypes = ['EXIF', 'HASH'] as const;
export const addressTypes = ['Home', 'Business', 'Billing', 'Shipping', 'Technical'] as const;
export const emailTypes = ['Home', 'Work', 'Business', 'Recovery'] as const;
export const phoneTypes = ['Mobile', 'Home', 'Business', 'Work', 'Fax', 'Internet', 'Recovery'] as const;
export const associatedAccountTypes = [
  'Billing',
  'Linked',
  'Business',
  'Creator',
  'Parent/Guardian',
  'Other',
] as const;

/** ISO 3166-1 alpha-2. */
export const countryCodes: readonly string[] = `
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
  CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
  FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
  JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
  MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
  PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
  TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`
  .trim()
  .split(/\s+/);

/** Postal abbreviations that the format takes: the fifty states, DC, Guam, Puerto Rico, the Virgin Islands. */
export const stateCodes: readonly string[] = `
  AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH
  OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY`
  .trim()
  .split(/\s+/);
