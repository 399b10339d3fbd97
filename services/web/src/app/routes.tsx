/* Addresses of the client. Each page is a file of its own that is fetched when it is first opened. */
import { lazy, Suspense, type ComponentProps, type ComponentType, type ReactElement } from 'react';
import { createBrowserRouter } from 'react-router-dom';
import { LastMode } from '../list/ModeSwitch';
import { App, Outside } from './App';
import { Home } from './Home';
import { ModuleRoute } from './ModuleRoute';
import { OwnPage } from './OwnPage';
import { PageFailed } from './PageFailed';
import { Waiting } from './states';

/* What a page's file is fetched by: the address asks for it before anything is drawn (main.tsx). */
export interface Handle {
  load: () => Promise<unknown>;
}

function page(load: () => Promise<{ default: ComponentType }>, around = (element: ReactElement) => element) {
  const Page = lazy(load);
  const handle: Handle = { load };
  return {
    element: around(
      <Suspense fallback={<Waiting />}>
        <Page />
      </Suspense>,
    ),
    handle,
  };
}

const own = (kind: ComponentProps<typeof OwnPage>['kind']) => (element: ReactElement) => <OwnPage kind={kind}>{element}</OwnPage>;
const list = () => import('../list/ListPage');
const record = () => import('../record/RecordPage');
const home = { element: <Home />, handle: { load: list } satisfies Handle };

export const router = createBrowserRouter([
  { path: '/enlace', errorElement: <PageFailed whole />, ...page(() => import('../session/LinkPage'), (element) => <Outside>{element}</Outside>) },
  {
    path: '/',
    element: <App />,
    errorElement: <PageFailed whole />,
    children: [
      {
        errorElement: <PageFailed />,
        children: [
          { index: true, ...home },
          { path: 'jobs', ...page(() => import('../jobs/JobsPage')) },
          { path: 'admin/explain', ...page(() => import('../admin/ExplainPage')) },
          { path: 'admin', ...page(() => import('../shell/AdministrationPage')) },
          { path: 'guide', ...page(() => import('../guide/GuidePage')) },
          { path: 'account', ...page(() => import('../account/AccountPage')) },
          {
            path: ':path',
            element: <ModuleRoute />,
            children: [
              { index: true, ...page(list, (element) => own('list')(<LastMode>{element}</LastMode>)) },
              { path: 'board', ...page(() => import('../board/BoardPage')) },
              { path: 'new', ...page(() => import('../record/CreatePage'), own('create')) },
              { path: 'import', ...page(() => import('../import/ImportPage')) },
              { path: ':id', ...page(record, own('record')) },
              { path: ':id/edit', ...page(() => import('../record/EditPage'), own('edit')) },
              { path: ':id/history', ...page(record) },
            ],
          },
          { path: '*', element: <Home /> },
        ],
      },
    ],
  },
]);
