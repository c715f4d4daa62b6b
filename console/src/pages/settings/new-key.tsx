import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { Service } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { createServiceKey } from '../../api/services.ts';
import { Problem } from '../../parts/notice.tsx';
import { type Scope, scopeWords } from './key-scopes.ts';
import { OneTimeSecret } from './one-time-secret.tsx';

const dayMilliseconds = 86_400_000;
const lives = [
  { value: '', label: 'Does not expire' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
];

/** Makes a key: what it is good for, how long, and how often. */
export function NewKey({ service }: { service: Service }) {
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState<string[]>(scopeWords.map(([scope]) => scope));
  const [days, setDays] = useState('365');
  const [rate, setRate] = useState('6000');
  const queryClient = useQueryClient();
  const creation = useMutation({
    mutationFn: () =>
      createServiceKey(service.slug, {
        label: label.trim(),
        scopes: scopes as Scope[],
        expiresAt: days !== '' ? new Date(Date.now() + Number(days) * dayMilliseconds).toISOString() : null,
        requestsAMinute: rate === '' ? null : Number(rate),
      }),
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
        <NativeSelect
          label="Works for"
          data={lives}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <TextInput
          label="Requests a minute"
          type="number"
          min={1}
          max={1_000_000}
          placeholder="No limit"
          value={rate}
          onChange={(event) => setRate(event.currentTarget.value)}
        />
        <Checkbox.Group label="Good for" value={scopes} onChange={setScopes} className="form-wide">
          <div className="choices-inline">
            {scopeWords.map(([scope, words]) => (
              <Checkbox key={scope} value={scope} label={words} />
            ))}
          </div>
        </Checkbox.Group>
        <Button type="submit" variant="default" loading={creation.isPending} disabled={scopes.length === 0}>
          Create key
        </Button>
      </form>
      {creation.isError && <Problem error={creation.error} title="The key was not created" />}
    </>
  );
}
