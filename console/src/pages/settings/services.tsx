import { Button, TextInput } from '@mantine/core';
import type { Service } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { createService, servicesQuery } from '../../api/services.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { Empty, Panel } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { ServiceKeys } from './service-keys.tsx';
import { Webhook } from './webhook.tsx';

/** The messaging services that this desk works for. */
export function Services() {
  const query = useQuery(servicesQuery);
  const mayChange = useMay('services.change');
  return (
    <Panel
      title="Services"
      note="A messaging service sends user reports with a key, and is told of actions by webhook."
    >
      <Loaded query={query} what="the services">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There is no service yet." />
          ) : (
            items.map((service) => <OneService key={service.id} service={service} />)
          )
        }
      </Loaded>
      {mayChange && <NewService />}
    </Panel>
  );
}

function OneService({ service }: { service: Service }) {
  return (
    <article className="service">
      <h3>
        <bdi>{service.name}</bdi> <code className="quiet">{service.slug}</code>
        {service.demo && <span className="quiet"> · demo</span>}
      </h3>
      <p className="quiet small">
        Added <Moment at={service.createdAt} />
      </p>
      <Webhook service={service} />
      <ServiceKeys service={service} />
    </article>
  );
}

function NewService() {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const queryClient = useQueryClient();
  const creation = useMutation({
    mutationFn: () => createService({ name: name.trim(), slug: slug.trim() }),
    onSuccess: async () => {
      setName('');
      setSlug('');
      await queryClient.invalidateQueries({ queryKey: keys.services });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  return (
    <section aria-label="Add a service">
      <h3>Add a service</h3>
      <form onSubmit={submit} className="form-row">
        <TextInput
          label="Service name"
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Short name of the service"
          required
          pattern="[a-z0-9](?:[a-z0-9\-]{0,62}[a-z0-9])?"
          title="1 to 64 lower-case letters, digits and hyphens"
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value)}
        />
        <Button type="submit" loading={creation.isPending}>
          Add service
        </Button>
      </form>
      {creation.isError && <Problem error={creation.error} title="The service was not added" />}
    </section>
  );
}
