import { useQuery } from '@tanstack/react-query';
import { peopleQuery } from '../../api/people.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { Exclusions } from './exclusions.tsx';
import { Invitations } from './invitations.tsx';
import { PeopleTable } from './people-table.tsx';
import { RolesPanel } from './roles-panel.tsx';

/** Who works here, in which roles, and what each role may do. */
export function PeoplePage() {
  const query = useQuery(peopleQuery);
  const mayChange = useMay('people.change');
  const mayExclude = useMay('people.exclude');
  return (
    <div className="page">
      <PageHeading title="People" />
      <p className="lead">
        Duties are apart, so that nobody holds all the keys. A person may have several roles; nobody gives
        themselves one.
      </p>
      <Loaded query={query} what="the people">
        {({ items, roles }) => (
          <>
            <PeopleTable people={items} roles={roles} />
            {mayChange && <Invitations roles={roles} />}
            {mayExclude && <Exclusions />}
            <RolesPanel roles={roles} />
          </>
        )}
      </Loaded>
    </div>
  );
}
