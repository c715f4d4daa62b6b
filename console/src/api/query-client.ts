import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, signInRequired } from './client.ts';

/** A query cache that calls `onSignInRequired` whenever any answer is 401. */
export function createQueryClient(onSignInRequired: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (signInRequired(error)) onSignInRequired();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: (failures, error) => failures < 2 && mayPass(error), staleTime: 1000 },
      // "online" would hold a decision back and send it later, unasked: fail at once instead.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** Whether trying again may help: the server was away or in trouble, rather than refusing. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
