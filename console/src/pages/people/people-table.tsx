import { Button } from '@mantine/core';
import type { DeskPerson, RoleDescription } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { deactivate, reactivate } from '../../api/people.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Notice } from '../../parts/notice.tsx';
import { DataTable } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { Status } from '../../parts/status.tsx';
import { ChangeRoles } from './change-roles.tsx';

type TableProps = { people: DeskPerson[]; roles: RoleDescription[] };
type Deed = { what: 'roles' | 'access'; person: DeskPerson };

export function PeopleTable({ people, roles }: TableProps) {
  const mayChange = useMay('people.change');
  const [deed, setDeed] = useState<Deed | null>(null);
  const [waits, setWaits] = useState(false);
  const titles = new Map(roles.map((role) => [role.id as string, role.title]));
  const close = () => setDeed(null);
  return (
    <>
      {waits && (
        <Notice tone="attention" announce="status">
          <p>The roles wait for the signature of somebody else.</p>
        </Notice>
      )}
      <DataTable caption="People">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Roles</th>
            <th scope="col">Since</th>
            {mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.id}>
              <th scope="row">
                <bdi>{person.displayName}</bdi>
              </th>
              <td>
                <span className="statuses">
                  {person.deactivatedAt !== null ? (
                    <Status text="Deactivated" tone="attention" />
                  ) : person.roles.length === 0 ? (
                    <span className="quiet">None</span>
                  ) : (
                    person.roles.map((role) => (
                      <Status key={role} text={titles.get(role) ?? role} tone="plain" />
                    ))
                  )}
                </span>
              </td>
              <td className="nowrap">
                <Moment at={person.createdAt} />
              </td>
              {mayChange && (
                <td>
                  <div className="buttons">
                    {person.deactivatedAt === null && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Roles of ${person.displayName}`}
                        onClick={() => setDeed({ what: 'roles', person })}
                      >
                        Roles…
                      </Button>
                    )}
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${person.deactivatedAt === null ? 'Deactivate' : 'Let in again'}: ${person.displayName}`}
                      onClick={() => setDeed({ what: 'access', person })}
                    >
                      {person.deactivatedAt === null ? 'Deactivate…' : 'Let in again…'}
                    </Button>
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </DataTable>
      {deed?.what === 'roles' && (
        <ChangeRoles
          person={deed.person}
          roles={roles}
          onDone={(waiting) => {
            setWaits(waiting);
            close();
          }}
        />
      )}
      {deed?.what === 'access' && <Access person={deed.person} onClose={close} />}
    </>
  );
}

function Access({ person, onClose }: { person: DeskPerson; onClose: () => void }) {
  const active = person.deactivatedAt === null;
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => (active ? deactivate(person.id) : reactivate(person.id)),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.people });
    },
  });
  return (
    <Confirm
      opened
      title={active ? `Deactivate ${person.displayName}?` : `Let ${person.displayName} in again?`}
      deed={active ? 'Deactivate' : 'Let in again'}
      {...(active && { destructive: true as const })}
      pending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => mutation.mutate()}
      onClose={onClose}
    >
      <p>
        {active
          ? 'All their sessions end at once, and they cannot sign in. What they did stays under their name.'
          : 'They can sign in again, without any role: roles are given anew.'}
      </p>
    </Confirm>
  );
}
