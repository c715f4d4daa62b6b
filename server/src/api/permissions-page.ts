import {
  APPROVAL_KINDS,
  approvalKind,
  PERMISSION_WORDS,
  PERMISSIONS,
  ROLE_TABLE,
  ROLES,
  ROLES_GIVEN_BY_TWO,
  rolesWith,
  SERVICE_SCOPES,
  type ApprovalKind,
} from '../access/index.ts';

const HEAD = `# Who may do what

Written from the program's tables. Each route asks for one permission, each role grants some, and a person may have several
roles. A test calls every route in every role.
`;

const RESTRICTED = `## What not even a role opens

A **restricted** case exists for the people named in it and for nobody else. A person who is **excluded** from a case, or from
its group, service or one of its accounts, does not see it either. To both, it and its exhibits, reports, deliveries and
requests are absent from every list and count, and answer 404 by address.
`;

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly description?: string }>>>>;
}

/** The text of docs/permissions.md, from the tables of roles and the document of the API. */
export function permissionsPage(document: Documented): string {
  return [HEAD, roles(), permissions(), RESTRICTED, twoPeople(), scopes(), routes(document)].join('\n');
}

function roles(): string {
  const rows = ROLES.map((role) => {
    const given = ROLES_GIVEN_BY_TWO.includes(role) ? 'two people' : 'an administrator';
    return `| **${ROLE_TABLE[role].title}** | ${ROLE_TABLE[role].duty} | ${given} |`;
  });
  return `## Roles\n\n| Role | Duty | Given by |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function permissions(): string {
  const head = `| Permission | Lets a person | ${ROLES.map((role) => ROLE_TABLE[role].title).join(' | ')} |`;
  const rows = PERMISSIONS.map((permission) => {
    const holders = rolesWith(permission);
    const marks = ROLES.map((role) => (holders.includes(role) ? '●' : ''));
    return `| \`${permission}\` | ${PERMISSION_WORDS[permission]} | ${marks.join(' | ')} |`;
  });
  const rule = `|---|---|${ROLES.map(() => ':-:').join('|')}|`;
  return `## Permissions\n\n${head}\n${rule}\n${rows.join('\n')}\n`;
}

function twoPeople(): string {
  const rows = (Object.keys(APPROVAL_KINDS) as ApprovalKind[]).map((kind) => {
    const { title, permission, threshold, fixed } = approvalKind(kind);
    const notes = [
      ...(threshold === undefined ? [] : [`from ${threshold + 1} on, unless set otherwise`]),
      ...(fixed === true ? ['cannot be switched off'] : []),
    ];
    return `| \`${kind}\` | ${title} | \`approvals.give\` and \`${permission}\` | ${notes.join('; ')} |`;
  });
  const text =
    'On unless somebody loosened it, which needs two people itself. Who signs is never who asked, nor whom it is about.';
  return `## What needs two people\n\n${text}\n\n| Kind | What | Who signs holds | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function scopes(): string {
  const rows = Object.entries(SERVICE_SCOPES).map(([scope, words]) => `| \`${scope}\` | ${words} |`);
  return `## Scopes of service keys\n\n| Scope | Lets a service |\n|---|---|\n${rows.join('\n')}\n`;
}

function routes({ paths }: Documented): string {
  const rows = Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { description = '' }]) => {
        const permission = /Permission: ([a-z.-]+)\.(?:\s|$)/.exec(description)?.[1] ?? '';
        const scope = /Scope: ([a-z-]+)\./.exec(description)?.[1] ?? '';
        const open = /((?:Open to anyone|For anybody who)[^.]*)\./.exec(description)?.[1] ?? '';
        const person = permission === '' ? open : `\`${permission}\``;
        return `| ${method.toUpperCase()} | \`${path}\` | ${person} | ${scope === '' ? '' : `\`${scope}\``} |`;
      }),
    );
  return `## Routes\n\n| | Route | A person needs | A service key needs |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
