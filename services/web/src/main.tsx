import './session/link-token';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router-dom';
import { metadataQuery, queryClient } from './app/queries';
import { router } from './app/routes';
import { registerWorker } from './offline/register';
import { forgetWithSession } from './session/forget';

forgetWithSession(queryClient);
registerWorker();

/* asked for while the session is, and not after it; without a session it is refused and asked again */
void queryClient.prefetchQuery({ ...metadataQuery, retry: false });
void import('./list/ListPage');

const root = document.getElementById('root');
if (root) createRoot(root).render(<RouterProvider router={router} />);
