/** An OpenAPI document, as far as it is touched here. */
interface Document {
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

const REFERENCE = '#/components/schemas/';
/** What the generator calls a schema as it is read, beside the same schema as it is written. */
const INPUT = 'Input';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  '200': 'Done.',
  '201': 'Made.',
  '202': 'Waits for the second signature of another person.',
  '204': 'Done; there is nothing to tell.',
  '4XX': 'The request was refused. The code says why, the message what to do.',
  '5XX': 'Something failed on our side. Nothing acknowledged was lost.',
};

/**
 * The generated document without the schemas that nothing refers to, each under its plain name (a schema is read or
 * written in this API, hardly ever both), and with a sentence for every response.
 */
export function tidy<Generated extends Document>(document: Generated): Generated {
  const schemas = document.components?.schemas ?? {};
  const used = reachable(document.paths, schemas);
  const plain = (name: string): string => {
    const short = name.endsWith(INPUT) ? name.slice(0, -INPUT.length) : name;
    return used.has(short) ? name : short;
  };
  const kept = Object.entries(schemas)
    .filter(([name]) => used.has(name))
    .map(([name, schema]) => [plain(name), schema] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const tidied = { ...document, components: { ...document.components, schemas: Object.fromEntries(kept) } };
  return JSON.parse(JSON.stringify(tidied), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return REFERENCE + plain(nameOf(value));
    if (key === 'responses') return described(value as Responses);
    return value;
  }) as Generated;
}

function reachable(from: unknown, schemas: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string') visit(inner);
      else if (!found.has(nameOf(inner))) {
        found.add(nameOf(inner));
        visit(schemas[nameOf(inner)]);
      }
    }
  };
  visit(from);
  return found;
}

function nameOf(reference: string): string {
  return reference.slice(REFERENCE.length);
}

type Responses = Readonly<Record<string, { readonly description: string }>>;

function described(responses: Responses): Responses {
  const entries = Object.entries(responses).map(([status, response]) => {
    const description = DESCRIPTIONS[status];
    const generated = response.description === 'Default Response';
    return [status, generated && description !== undefined ? { ...response, description } : response];
  });
  return Object.fromEntries(entries) as Responses;
}
