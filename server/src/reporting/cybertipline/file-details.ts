import { deviceId, ipCaptureEvent } from './capture-events.ts';
import {
  any,
  boolean,
  content,
  flags,
  formatted,
  one,
  oneOf,
  optional,
  pastDateTime,
  sequence,
  sequenceWith,
  some,
  text,
  textThatMayBeBlank,
} from './description.ts';
import type { ValueOf } from './description.ts';
import {
  fileAnnotations,
  fileRelevances,
  industryClassifications,
  metadataTypes,
} from './published-values.ts';

/** A named piece of metadata of a file, such as an EXIF tag (documentation, C.3). */
export const details = sequenceWith(
  { type: optional(oneOf(metadataTypes)) },
  { nameValuePair: some(sequence({ name: one(text(64)), value: one(textThatMayBeBlank()) })) },
);

export const originalFileHash = content(text(), { hashType: one(text(64)) });
export type OriginalFileHash = ValueOf<typeof originalFileHash>;

/** What is known of one uploaded file (appendix C). */
export const fileDetails = sequence(
  {
    reportId: one(formatted('report-id')),
    fileId: one(formatted('file-id')),
    fileName: optional(text(2056)),
    originalFileName: optional(text(2056)),
    uploadedToEspTimestamp: optional(pastDateTime),
    locationOfFile: optional(formatted('url', 2083)),
    // Optional in the format, required here: it states under law that a person saw the entire file, so
    // whoever builds a FileDetails must say yes or no. It is never defaulted.
    fileViewedByEsp: one(boolean),
    exifViewedByEsp: optional(boolean),
    publiclyAvailable: optional(boolean),
    fileRelevance: optional(oneOf(fileRelevances)),
    // The older form of the annotation of the same name; only one of the two elements may stand here.
    potentialMeme: optional(boolean),
    fileAnnotations: optional(flags(fileAnnotations)),
    industryClassification: optional(oneOf(industryClassifications)),
    originalFileHash: any(originalFileHash),
    ipCaptureEvent: optional(ipCaptureEvent),
    deviceId: any(deviceId),
    details: any(details),
    additionalInfo: any(text()),
  },
  [
    {
      field: 'exifViewedByEsp',
      message: 'The EXIF data can only be stated as viewed when the whole file is stated as viewed.',
      broken: ({ exifViewedByEsp, fileViewedByEsp }) => exifViewedByEsp === true && !fileViewedByEsp,
    },
    {
      field: 'industryClassification',
      message: 'Only a reported file may be classified, not a supplemental one.',
      broken: ({ fileRelevance, industryClassification }) =>
        fileRelevance === 'Supplemental Reported' && industryClassification !== undefined,
    },
    {
      field: 'fileRelevance',
      message: 'Only a reported file may be marked as a potential meme, not a supplemental one.',
      broken: ({ fileRelevance, potentialMeme, fileAnnotations: annotations }) =>
        fileRelevance === 'Supplemental Reported' &&
        (potentialMeme === true || (annotations ?? []).includes('potentialMeme')),
    },
    {
      field: 'potentialMeme',
      message: 'Give either the potential meme mark or the file annotations, not both.',
      broken: ({ potentialMeme, fileAnnotations: annotations }) =>
        potentialMeme !== undefined && annotations !== undefined && annotations.length > 0,
    },
  ],
);
export type FileDetails = ValueOf<typeof fileDetails>;
