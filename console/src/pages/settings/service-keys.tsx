import { Button, TextInput } from '@mantine/core';
import type { Service, ServiceKey } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { createServiceKey, revokeServiceKey, serviceKeysQuery } from '../../api/services.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { DataTable } from '../../parts/page.tsx';
import { OneTimeSecret } from './one-time-secret.tsx';

/** The keys with which a service speaks to Breakwater. */
export function ServiceKeys({ service }: { service: Service }) {
  const query = useQuery(serviceKeysQuery(service.slug));
  const [revoking, setRevoking] = useState<ServiceKey | null>(null);
  return (
    <section aria-label={`Keys of ${service.name}`}>
      <h4>Keys</h4>
      <Loaded query={query} what="the keys">
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">None: the service cannot send anything yet.</p>
          ) : (
            <KeyTable service={service} serviceKeys={items} onRevoke={setRevoking} />
          )
        }
      </Loaded>
      <NewKey service={service} />
      {revoking && <Revocation service={service} serviceKey={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

type TableProps = { service: Service; serviceKeys: ServiceKey[]; onRevoke: (key: ServiceKey) => void };

function KeyTable({ service, serviceKeys, onRevoke }: TableProps) {
  return (
    <DataTable caption={`Keys of ${service.name}`}>
      <thead>
        <tr>
          <th scope="col">Label</th>
          <th scope="col">Begins with</th>
          <th scope="col">Created</th>
          <th scope="col">Last used</th>
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
            <td className="nowrap">
              {key.revokedAt === null ? (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Revoke the key ${key.label}`}
                  onClick={() => onRevoke(key)}
                >
                  Revoke…
                </Button>
              ) : (
                <span className="quiet">
                  Revoked <Moment at={key.revokedAt} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function NewKey({ service }: { service: Service }) {
  const [label, setLabel] = useState('');
  const queryClient = useQueryClient();
  const creation = useMutation({
    mutationFn: () => createServiceKey(service.slug, label.trim()),
    gcTime: 0,
    onSuccess: () => {
      setLabel('');
      return queryClient.invalidateQueries({ queryKey: keys.serviceKeys(service.slug) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  return (
    <>
      {creation.isSuccess && (
        <OneTimeSecret what="Service key" secret={creation.data.key} onDone={() => creation.reset()} />
      )}
      <form onSubmit={submit} className="form-row">
        <TextInput
          label={`Label of a new key for ${service.name}`}
          required
          maxLength={200}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={creation.isPending}>
          Create key
        </Button>
      </form>
      {creation.isError && <Problem error={creation.error} title="The key was not created" />}
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
