import { Button, Modal, NativeSelect } from '@mantine/core';
import type { Service, ServiceKey } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { rotateServiceKey } from '../../api/services.ts';
import { Problem } from '../../parts/notice.tsx';
import { OneTimeSecret } from './one-time-secret.tsx';

const overlaps = [
  { value: '0', label: 'No longer' },
  { value: '1', label: 'One hour' },
  { value: '24', label: 'One day' },
  { value: '168', label: 'One week' },
];

type RotationProps = { service: Service; serviceKey: ServiceKey; onClose: () => void };

/** Makes a key in the place of another, which works on for a while. */
export function Rotation({ service, serviceKey, onClose }: RotationProps) {
  const [hours, setHours] = useState('24');
  const queryClient = useQueryClient();
  const rotation = useMutation({
    mutationFn: () => rotateServiceKey(service.slug, serviceKey.id, Number(hours)),
    gcTime: 0,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.serviceKeys(service.slug) }),
  });
  return (
    <Modal opened onClose={onClose} title={`Replace the key “${serviceKey.label}”`} size="lg">
      {rotation.isSuccess ? (
        <OneTimeSecret what="Service key" secret={rotation.data.key} onDone={onClose} />
      ) : (
        <>
          <p>
            A new key on the same terms takes its place. Give it to <bdi>{service.name}</bdi> while the old
            one still works.
          </p>
          <NativeSelect
            label="How long the old key still works"
            data={overlaps}
            value={hours}
            onChange={(event) => setHours(event.currentTarget.value)}
          />
          {rotation.isError && <Problem error={rotation.error} />}
          <div className="dialog-buttons">
            <Button variant="default" onClick={onClose}>
              Go back
            </Button>
            <Button onClick={() => rotation.mutate()} loading={rotation.isPending}>
              Make the new key
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
