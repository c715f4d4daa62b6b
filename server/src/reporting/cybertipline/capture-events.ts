import {
  boolean,
  formatted,
  integer,
  oneOf,
  one,
  optional,
  pastDateTime,
  sequence,
  text,
} from './description.ts';
import type { ValueOf } from './description.ts';
import { captureEventNames } from './published-values.ts';

/** Where a connection came from, and when (documentation, appendix A). */
export const ipCaptureEvent = sequence({
  ipAddress: one(formatted('ip-address')),
  eventName: optional(oneOf(captureEventNames)),
  dateTime: optional(pastDateTime),
  possibleProxy: optional(boolean),
  port: optional(integer(1, 65_535)),
});
export type IpCaptureEvent = ValueOf<typeof ipCaptureEvent>;

/** A device's number, such as an IMEI or ICCID, and when it was seen (appendix A). */
export const deviceId = sequence({
  idType: one(text(255)),
  idValue: one(text(2083)),
  eventName: optional(oneOf(captureEventNames)),
  dateTime: optional(pastDateTime),
});
export type DeviceId = ValueOf<typeof deviceId>;
