/** A user report as a service sends it, after its shape was checked. */

export type ContentVisibility = 'public' | 'private';
export type Authenticity = 'server-verified' | 'franked' | 'unverified';

export interface ReportedAccount {
  /** The service's own identifier. */
  readonly id: string;
  readonly handle?: string | undefined;
  readonly displayName?: string | undefined;
  /** Name of the file part that carries the picture. */
  readonly picture?: string | undefined;
}

export interface ReportedMessage {
  readonly id: string;
  readonly sender: ReportedAccount;
  /** ISO 8601 with a time zone. */
  readonly sentAt: string;
  readonly text?: string | undefined;
  readonly attachments: readonly { readonly file: string; readonly name?: string | undefined }[];
}

export interface UserReport {
  readonly group: {
    readonly id: string;
    readonly name?: string | undefined;
    readonly description?: string | undefined;
    readonly picture?: string | undefined;
    readonly visibility?: ContentVisibility | undefined;
    readonly members: readonly {
      readonly account: ReportedAccount;
      readonly role: 'owner' | 'admin' | 'member';
      readonly joinedAt?: string | undefined;
      readonly leftAt?: string | undefined;
    }[];
  };
  readonly message?: ReportedMessage | undefined;
  /** The few messages around the reported one. */
  readonly context: readonly ReportedMessage[];
  readonly reporter?: ReportedAccount | undefined;
  readonly reason: string;
  readonly comment?: string | undefined;
  readonly contentVisibility: ContentVisibility;
  readonly authenticity: Authenticity;
  readonly occurredAt?: string | undefined;
}

/** Where in a report a file part is mentioned. */
export interface FileMention {
  readonly part: string;
  /** Dotted path in the report. */
  readonly path: string;
  readonly origin: 'group-picture' | 'account-picture' | 'message-attachment';
  readonly name: string | null;
  /** External id of the account whose picture it is. */
  readonly accountId: string | null;
  /** Index into `messagesOf(report)`, for an attachment. */
  readonly messageOrdinal: number | null;
}

/** The reported message, if there is one, and then its context in order. */
export function messagesOf(report: UserReport): readonly ReportedMessage[] {
  return [...(report.message === undefined ? [] : [report.message]), ...report.context];
}

/** Every account that the report speaks of, in the order in which it does; one may come several times. */
export function accountsOf(report: UserReport): readonly ReportedAccount[] {
  return [
    ...report.group.members.map((member) => member.account),
    ...messagesOf(report).map((message) => message.sender),
    ...(report.reporter === undefined ? [] : [report.reporter]),
  ];
}

/** Every mention of a file part, in the order of the report. */
export function filesMentioned(report: UserReport): FileMention[] {
  const mentions: FileMention[] = [];
  const picture = (account: ReportedAccount, path: string) => {
    if (account.picture === undefined) return;
    mentions.push({
      part: account.picture,
      path: `${path}.picture`,
      origin: 'account-picture',
      name: null,
      accountId: account.id,
      messageOrdinal: null,
    });
  };
  if (report.group.picture !== undefined) {
    mentions.push({
      part: report.group.picture,
      path: 'group.picture',
      origin: 'group-picture',
      name: null,
      accountId: null,
      messageOrdinal: null,
    });
  }
  for (const [index, member] of report.group.members.entries())
    picture(member.account, `group.members.${index}.account`);
  for (const [ordinal, message] of messagesOf(report).entries()) {
    const path = messagePath(report, ordinal);
    picture(message.sender, `${path}.sender`);
    for (const [index, attachment] of message.attachments.entries()) {
      mentions.push({
        part: attachment.file,
        path: `${path}.attachments.${index}.file`,
        origin: 'message-attachment',
        name: attachment.name ?? null,
        accountId: null,
        messageOrdinal: ordinal,
      });
    }
  }
  if (report.reporter !== undefined) picture(report.reporter, 'reporter');
  return mentions;
}

function messagePath(report: UserReport, ordinal: number): string {
  if (report.message === undefined) return `context.${ordinal}`;
  return ordinal === 0 ? 'message' : `context.${ordinal - 1}`;
}
