import { Button } from '@mantine/core';
import type { Service, ServiceKey } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { revokeServiceKey, serviceKeysQuery } from '../../api/services.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { DataTable } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { nameOfScope, scopeWords } from './key-scopes.ts';
import { NewKey } from './new-key.tsx';
import { Rotation } from './rotation.tsx';

/** The keys with which a service speaks to Breakwater. */
export function ServiceKeys({ service }: { service: Service }) {
  const query = useQuery(serviceKeysQuery(service.slug));
  const [revoking, setRevoking] = useState<ServiceKey | null>(null);
  const [rotating, setRotating] = useState<ServiceKey | null>(null);
  const mayChange = useMay('services.change');
  return (
    <section aria-label={`Keys of ${service.name}`}>
      <h4>Keys</h4>
      <Loaded query={query} what="the keys">
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">None: the service cannot send anything yet.</p>
          ) : (
            <KeyTable service={service} serviceKeys={items} onRevoke={setRevoking} onRotate={setRotating} />
          )
        }
      </Loaded>
      {mayChange && <NewKey service={service} />}
      {rotating && <Rotation service={service} serviceKey={rotating} onClose={() => setRotating(null)} />}
      {revoking && <Revocation service={service} serviceKey={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

type TableProps = {
  service: Service;
  serviceKeys: ServiceKey[];
  onRevoke: (key: ServiceKey) => void;
  onRotate: (key: ServiceKey) => void;
};

function KeyTable({ service, serviceKeys, onRevoke, onRotate }: TableProps) {
  const mayChange = useMay('services.change');
  return (
    <DataTable caption={`Keys of ${service.name}`}>
      <thead>
        <tr>
          <th scope="col">Label</th>
          <th scope="col">Begins with</th>
          <th scope="col">Created</th>
          <th scope="col">Last used</th>
          <th scope="col">Good for</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {serviceKeys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              <bdi>{key.label}</bdi>
            </th>
            <td>
              <code>{key.hint}</code>
            </td>
            <td className="nowrap">
              <Moment at={key.createdAt} />
            </td>
            <td className="nowrap">
              {key.lastUsedAt === null ? (
                <span className="quiet">Never</span>
              ) : (
                <Moment at={key.lastUsedAt} />
              )}
            </td>
            <td>
              <KeyTerms terms={key} />
            </td>
            <td>
              {key.revokedAt !== null ? (
                <span className="quiet">
                  Revoked <Moment at={key.revokedAt} />
                </span>
              ) : (
                mayChange && (
                  <div className="buttons">
                    {key.replacedBy === null && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Replace the key ${key.label}`}
                        onClick={() => onRotate(key)}
                      >
                        Replace…
                      </Button>
                    )}
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Revoke the key ${key.label}`}
                      onClick={() => onRevoke(key)}
                    >
                      Revoke…
                    </Button>
                  </div>
                )
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function KeyTerms({ terms: { scopes, expiresAt, requestsAMinute, replacedBy } }: { terms: ServiceKey }) {
  return (
    <>
      <div>{scopes.length === scopeWords.length ? 'Everything' : scopes.map(nameOfScope).join(', ')}</div>
      <div className="quiet small">
        {expiresAt === null ? (
          'Does not expire'
        ) : (
          <>
            {replacedBy === null ? 'Until' : 'Replaced; works until'} <Moment at={expiresAt} />
          </>
        )}
        {' · '}
        {requestsAMinute === null ? 'no limit' : `${requestsAMinute.toLocaleString('en')} a minute`}
      </div>
    </>
  );
}

type RevocationProps = { service: Service; serviceKey: ServiceKey; onClose: () => void };

function Revocation({ service, serviceKey, onClose }: RevocationProps) {
  const queryClient = useQueryClient();
  const revocation = useMutation({
    mutationFn: () => revokeServiceKey(service.slug, serviceKey.id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.serviceKeys(service.slug) });
    },
  });
  return (
    <Confirm
      opened
      title={`Revoke the key “${serviceKey.label}”?`}
      deed="Revoke the key"
      destructive
      pending={revocation.isPending}
      error={revocation.error}
      onConfirm={() => revocation.mutate()}
      onClose={onClose}
    >
      <p>
        Whatever uses it is refused from then on: user reports from <bdi>{service.name}</bdi> may be lost
        until it has another key.
      </p>
    </Confirm>
  );
}
