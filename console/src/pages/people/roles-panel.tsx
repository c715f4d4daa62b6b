import type { RoleDescription } from '@breakwater/server/contract';
import { DataTable, Panel } from '../../parts/page.tsx';

/** What each role may do: one row a permission, one column a role. */
export function RolesPanel({ roles }: { roles: RoleDescription[] }) {
  const words = new Map(roles.flatMap((role) => role.permissions.map(({ id, words: said }) => [id, said])));
  return (
    <Panel title="What each role may do">
      <dl className="fact-list">
        {roles.map(({ id, title, duty }) => (
          <div key={id} className="fact">
            <dt>{title}</dt>
            <dd>{duty}</dd>
          </div>
        ))}
      </dl>
      <DataTable caption="What each role may do">
        <thead>
          <tr>
            <th scope="col">May</th>
            {roles.map(({ id, title }) => (
              <th key={id} scope="col" className="tick">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...words].map(([permission, said]) => (
            <tr key={permission}>
              <th scope="row">{said}</th>
              {roles.map((role) => (
                <td key={role.id} className="tick">
                  {role.permissions.some(({ id }) => id === permission) ? (
                    <>
                      <span aria-hidden>●</span>
                      <span className="visually-hidden">yes</span>
                    </>
                  ) : (
                    <span className="visually-hidden">no</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  );
}
