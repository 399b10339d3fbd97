import './session/link-token';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { matchRoutes, RouterProvider } from 'react-router-dom';
import { metadataQuery, queryClient } from './app/queries';
import { router, type Handle } from './app/routes';
import { registerWorker } from './offline/register';
import { forgetWithSession } from './session/forget';

forgetWithSession(queryClient);
registerWorker();

/* asked for while the session is, and not after it; without a session it is refused and asked again */
void queryClient.prefetchQuery({ ...metadataQuery, retry: false });
for (const { route } of matchRoutes(router.routes, window.location) ?? []) (route.handle as Handle | undefined)?.load().catch(() => undefined);

const root = document.getElementById('root');
if (root) createRoot(root).render(<RouterProvider router={router} />);
