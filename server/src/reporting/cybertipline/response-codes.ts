/** The published response codes (documentation, appendix D) and the name each gives itself. */
export const responseCodes = {
  success: 0,
  serverError: 1000,
  saveFailed: 1100,
  uploadFailed: 1110,
  fileUploadFailed: 1111,
  resourceNotFound: 1210,
  updateFailed: 1300,
  authenticationRequired: 2000,
  notAuthorized: 3000,
  submissionsNotAuthorized: 3100,
  updatesNotAuthorized: 3300,
  invalidRequest: 4000,
  validationFailed: 4100,
  malformedXml: 4110,
  malformedFile: 4200,
  reportDoesNotExist: 5001,
  fileDoesNotExist: 5002,
  alreadyRetracted: 5101,
  alreadyFinished: 5102,
} as const;
export type ResponseCode = (typeof responseCodes)[keyof typeof responseCodes];
