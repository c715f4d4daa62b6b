import { Button, TextInput } from '@mantine/core';
import type { Service } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { removeWebhook, setWebhook } from '../../api/services.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { useMay } from '../../parts/permissions.ts';
import { OneTimeSecret } from './one-time-secret.tsx';

/** Where a service is told of actions. Setting the address makes a new signing secret. */
export function Webhook({ service }: { service: Service }) {
  const [url, setUrl] = useState('');
  const mayChange = useMay('services.change');
  const [removing, setRemoving] = useState(false);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.services });
  const setting = useMutation({
    mutationFn: () => setWebhook(service.slug, url.trim()),
    gcTime: 0,
    onSuccess: () => {
      setUrl('');
      return refresh();
    },
  });
  const removal = useMutation({
    mutationFn: () => removeWebhook(service.slug),
    onSuccess: () => {
      setRemoving(false);
      return refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setting.mutate();
  };
  return (
    <section aria-label={`Webhook of ${service.name}`}>
      <h4>Webhook</h4>
      {service.webhookUrl === null ? (
        <p className="quiet">None: the service is not told of actions, and they wait.</p>
      ) : (
        <p className="webhook">
          <code>{service.webhookUrl}</code>
          <Button
            size="xs"
            variant="default"
            disabled={!mayChange}
            aria-label={`Remove the webhook of ${service.name}`}
            onClick={() => setRemoving(true)}
          >
            Remove…
          </Button>
        </p>
      )}
      {setting.isSuccess && setting.data.previousUntil !== null && (
        <p className="quiet small">
          The secret before it signs as well until <Moment at={setting.data.previousUntil} />.
        </p>
      )}
      {setting.isSuccess && (
        <OneTimeSecret what="Signing secret" secret={setting.data.secret} onDone={() => setting.reset()} />
      )}
      {mayChange && (
        <form onSubmit={submit} className="form-row">
          <TextInput
            label={`Webhook address for ${service.name}`}
            type="url"
            dir="ltr"
            required
            placeholder="https://chat.example/breakwater"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={setting.isPending}>
            Set webhook
          </Button>
        </form>
      )}
      {setting.isError && <Problem error={setting.error} title="The webhook was not set" />}
      <Confirm
        opened={removing}
        title="Remove the webhook?"
        deed="Remove the webhook"
        destructive
        pending={removal.isPending}
        error={removal.error}
        onConfirm={() => removal.mutate()}
        onClose={() => setRemoving(false)}
      >
        <p>
          <bdi>{service.name}</bdi> will not be told of actions until a webhook is set again.
        </p>
      </Confirm>
    </section>
  );
}
