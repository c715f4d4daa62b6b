import { Button, Tabs } from '@mantine/core';
import type { Delivery } from '@breakwater/server/contract';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { deliveriesQuery, type DeliveryStatus, retryDelivery } from '../api/deliveries.ts';
import { keys } from '../api/keys.ts';
import { itemsOf, Loaded, LoadMore } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Problem } from '../parts/notice.tsx';
import { DataTable, Empty, PageHeading } from '../parts/page.tsx';
import { deliveryStatusWords } from '../parts/words.ts';

const route = getRouteApi('/desk/deliveries');
const statuses: readonly DeliveryStatus[] = ['pending', 'delivered', 'dead'];
const nothing: Record<DeliveryStatus, string> = {
  pending: 'Nothing is on its way.',
  delivered: 'Nothing has been delivered yet.',
  dead: 'Nothing failed for good.',
};

/** What is sent to the services' webhooks. */
export function DeliveriesPage() {
  const { status = 'pending' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="page">
      <PageHeading title="Deliveries" />
      <p className="lead">
        What Breakwater sends to the services. A delivery is tried again by itself; it is dead when every
        attempt failed, and then waits for a person.
      </p>
      <Tabs
        value={status}
        keepMounted={false}
        onChange={(chosen) =>
          void navigate({
            search: chosen === 'delivered' || chosen === 'dead' ? { status: chosen } : {},
            replace: true,
          })
        }
      >
        <Tabs.List aria-label="Deliveries by status">
          {statuses.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {deliveryStatusWords[one].text}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {statuses.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <Deliveries status={one} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}

function Deliveries({ status }: { status: DeliveryStatus }) {
  const query = useInfiniteQuery(deliveriesQuery(status));
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: retryDelivery,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.deliveries });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
    },
  });
  return (
    <Loaded query={query} what="the deliveries">
      {(data) => {
        const deliveries = itemsOf(data);
        if (deliveries.length === 0) return <Empty title={nothing[status]} />;
        return (
          <>
            {retry.isError && <Problem error={retry.error} title="Could not retry" />}
            <DataTable caption={`Deliveries: ${deliveryStatusWords[status].text}`}>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">Service</th>
                  <th scope="col">Case</th>
                  <th scope="col">Created</th>
                  <th scope="col" className="number">
                    Attempts
                  </th>
                  <th scope="col">{status === 'delivered' ? 'Delivered' : 'Last problem'}</th>
                  {status !== 'delivered' && <th scope="col">What next</th>}
                </tr>
              </thead>
              <tbody>
                {deliveries.map((delivery) => (
                  <Row
                    key={delivery.id}
                    delivery={delivery}
                    retrying={retry.isPending && retry.variables === delivery.id}
                    onRetry={() => retry.mutate(delivery.id)}
                  />
                ))}
              </tbody>
            </DataTable>
            <LoadMore query={query} label="Load more deliveries" />
          </>
        );
      }}
    </Loaded>
  );
}

function Row({
  delivery,
  retrying,
  onRetry,
}: {
  delivery: Delivery;
  retrying: boolean;
  onRetry: () => void;
}) {
  const { id, type, service, caseId, caseNumber, createdAt, attempts, status, nextAttemptAt } = delivery;
  return (
    <tr>
      <th scope="row">
        <code>{type}</code>
        <div className="quiet small">
          <code title={id}>{id.slice(0, 8)}</code>
        </div>
      </th>
      <td>
        <bdi>{service.name}</bdi>
      </td>
      <td className="nowrap">
        {caseId === null ? (
          <span className="quiet">None</span>
        ) : (
          <Link to="/cases/$caseId" params={{ caseId }}>
            Case {caseNumber}
          </Link>
        )}
      </td>
      <td className="nowrap">
        <Moment at={createdAt} />
      </td>
      <td className="number">{attempts}</td>
      <td className="wide">
        {status === 'delivered' && delivery.deliveredAt !== null ? (
          <Moment at={delivery.deliveredAt} />
        ) : (
          (delivery.lastProblem ?? <span className="quiet">None so far</span>)
        )}
      </td>
      {status !== 'delivered' && (
        <td className="nowrap">
          {status === 'pending' && nextAttemptAt !== null && (
            <div className="small">
              Next attempt <Moment at={nextAttemptAt} />
            </div>
          )}
          {attempts > 0 && (
            <Button
              variant="default"
              size="xs"
              loading={retrying}
              onClick={onRetry}
              aria-label={`Retry ${type} for case ${caseNumber ?? 'none'}, ${id.slice(0, 8)}`}
            >
              Retry
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}
