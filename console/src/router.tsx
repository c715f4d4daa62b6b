import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { ApprovalView } from './api/approvals.ts';
import type { QueueStatus } from './api/cases.ts';
import { signInRequired } from './api/client.ts';
import type { DeliveryStatus } from './api/deliveries.ts';
import { sessionQuery } from './api/session.ts';
import { BrokenPage, PageOnItsWay, StrayPage } from './parts/fallback-pages.tsx';
import { rememberReturn } from './parts/return-path.ts';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
});

/** Everything behind sign-in. */
const desk = createRoute({
  getParentRoute: () => root,
  id: 'desk',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!signInRequired(error)) throw error;
      rememberReturn(location.href);
      throw redirect({ to: '/sign-in' });
    }
  },
  component: lazyRouteComponent(() => import('./parts/frame.tsx'), 'Frame'),
});

const queue = createRoute({
  getParentRoute: () => desk,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { status?: QueueStatus } =>
    search['status'] === 'closed' ? { status: 'closed' } : {},
  component: lazyRouteComponent(() => import('./pages/queue-page.tsx'), 'QueuePage'),
});

const oneCase = createRoute({
  getParentRoute: () => desk,
  path: '/cases/$caseId',
  component: lazyRouteComponent(() => import('./pages/case/case-page.tsx'), 'CasePage'),
});

const deliveries = createRoute({
  getParentRoute: () => desk,
  path: '/deliveries',
  validateSearch: ({ status }: Record<string, unknown>): { status?: DeliveryStatus } =>
    status === 'delivered' || status === 'dead' ? { status } : {},
  component: lazyRouteComponent(() => import('./pages/deliveries-page.tsx'), 'DeliveriesPage'),
});

const reports = createRoute({
  getParentRoute: () => desk,
  path: '/reports',
  component: lazyRouteComponent(() => import('./pages/reports-page.tsx'), 'ReportsPage'),
});

const report = createRoute({
  getParentRoute: () => desk,
  path: '/reports/$reportId',
  component: lazyRouteComponent(() => import('./pages/report-page.tsx'), 'ReportPage'),
});

const lists = createRoute({
  getParentRoute: () => desk,
  path: '/lists',
  component: lazyRouteComponent(() => import('./pages/lists/lists-page.tsx'), 'ListsPage'),
});

const list = createRoute({
  getParentRoute: () => desk,
  path: '/lists/$slug',
  component: lazyRouteComponent(() => import('./pages/lists/list-page.tsx'), 'ListPage'),
});

const people = createRoute({
  getParentRoute: () => desk,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people/people-page.tsx'), 'PeoplePage'),
});

const approvals = createRoute({
  getParentRoute: () => desk,
  path: '/approvals',
  validateSearch: ({ view }: Record<string, unknown>): { view?: ApprovalView } =>
    view === 'own' || view === 'history' ? { view } : {},
  component: lazyRouteComponent(() => import('./pages/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});

const settings = createRoute({
  getParentRoute: () => desk,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const tree = root.addChildren([
  signIn,
  desk.addChildren([queue, oneCase, deliveries, reports, report, lists, list, people, approvals, settings]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: false,
    scrollRestoration: true,
    defaultPendingComponent: PageOnItsWay,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: StrayPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
