/* Addresses of the client. Each page is a file of its own that is fetched when it is first opened. */
import { lazy, Suspense, type ComponentType } from 'react';
import { createBrowserRouter } from 'react-router-dom';
import { LastMode } from '../list/ModeSwitch';
import { App, Outside } from './App';
import { Home } from './Home';
import { ModuleRoute } from './ModuleRoute';
import { OwnPage } from './OwnPage';
import { PageFailed } from './PageFailed';
import { Waiting } from './states';

function page(load: () => Promise<{ default: ComponentType }>) {
  const Page = lazy(load);
  return (
    <Suspense fallback={<Waiting />}>
      <Page />
    </Suspense>
  );
}

const list = page(() => import('../list/ListPage'));
const record = page(() => import('../record/RecordPage'));
const create = page(() => import('../record/CreatePage'));
const edit = page(() => import('../record/EditPage'));

export const router = createBrowserRouter([
  { path: '/enlace', element: <Outside>{page(() => import('../session/LinkPage'))}</Outside>, errorElement: <PageFailed /> },
  {
    path: '/',
    element: <App />,
    errorElement: <PageFailed />,
    children: [
      {
        errorElement: <PageFailed />,
        children: [
          { index: true, element: <Home /> },
          { path: 'jobs', element: page(() => import('../jobs/JobsPage')) },
          { path: 'admin/explain', element: page(() => import('../admin/ExplainPage')) },
          { path: 'admin', element: page(() => import('../shell/AdministrationPage')) },
          { path: 'account', element: page(() => import('../account/AccountPage')) },
          {
            path: ':path',
            element: <ModuleRoute />,
            children: [
              { index: true, element: <OwnPage kind="list"><LastMode>{list}</LastMode></OwnPage> },
              { path: 'board', element: page(() => import('../board/BoardPage')) },
              { path: 'new', element: <OwnPage kind="create">{create}</OwnPage> },
              { path: 'import', element: page(() => import('../import/ImportPage')) },
              { path: ':id', element: <OwnPage kind="record">{record}</OwnPage> },
              { path: ':id/edit', element: <OwnPage kind="edit">{edit}</OwnPage> },
              { path: ':id/history', element: record },
            ],
          },
          { path: '*', element: <Home /> },
        ],
      },
    ],
  },
]);
