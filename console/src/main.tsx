import { DirectionProvider, localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.ts';
import { colorSchemeKey } from './parts/appearance.ts';
import { rememberReturn } from './parts/return-path.ts';
import { captureSignInToken } from './parts/sign-in-token.ts';
import { StepUpDialog } from './parts/step-up-dialog.tsx';
import { createConsoleRouter } from './router.tsx';
import { theme } from './theme.ts';
import './styles/mantine.css';
import 'virtual:theme.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/content.css';
import './styles/tables.css';
import './styles/forms.css';
import './styles/case.css';
import './styles/decision.css';
import './styles/account.css';

captureSignInToken();

const queryClient = createQueryClient(() => {
  if (['/sign-in', '/accept-invitation'].includes(location.pathname)) return;
  rememberReturn(location.pathname + location.search);
  queryClient.removeQueries();
  void router.navigate({ to: '/sign-in' });
});
const router = createConsoleRouter(queryClient);

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: colorSchemeKey })}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <StepUpDialog />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  </StrictMode>,
);
