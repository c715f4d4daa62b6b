import type { Queryable } from '../foundation/index.ts';
import type { Actor } from '../ledger/index.ts';

export interface NamedActor {
  readonly kind: Actor['kind'];
  readonly id: string;
  readonly name: string;
}

/** Who it is, by the name they go by today. */
export async function actorName(db: Queryable, actor: Actor): Promise<NamedActor> {
  switch (actor.kind) {
    case 'person': {
      const row = await db
        .selectFrom('people')
        .select('display_name')
        .where('id', '=', actor.id)
        .executeTakeFirst();
      return { kind: 'person', id: actor.id, name: row?.display_name ?? 'a person who is gone' };
    }
    case 'service': {
      const row = await db
        .selectFrom('services')
        .select('name')
        .where('id', '=', actor.id)
        .executeTakeFirst();
      return { kind: 'service', id: actor.id, name: row?.name ?? 'a service that is gone' };
    }
    case 'system':
      return { kind: 'system', id: actor.part, name: 'Breakwater' };
  }
}
