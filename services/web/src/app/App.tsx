/* What stands around every page: data, language, theme, session, metadata, frame. */
import { useEffect, type ReactNode } from 'react';
import { CssBaseline } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { localStorageStore } from 'ra-core';
import { AdminContext } from 'ra-ui-materialui';
import { createDataProvider } from '../api/data-provider';
import { MetadataProvider } from '../meta/metadata';
import { SessionGate } from '../session/session';
import { settingsQuery } from '../settings/settings';
import { Shell } from '../shell/Shell';
import { LanguageProvider } from '../text/i18n';
import { darkTheme, lightTheme } from '../theme/theme';
import { Notes } from './Notes';
import { metadataQuery, queryClient } from './queries';
import { StartFailed, Waiting } from './states';

const dataProvider = createDataProvider();
const store = localStorageStore('1', 'cauce');

function MetadataGate({ children }: { children: ReactNode }) {
  usePrefetchQuery(settingsQuery);
  const { data, error, refetch } = useQuery(metadataQuery);
  if (data) return <MetadataProvider value={data}>{children}</MetadataProvider>;
  if (error) return <StartFailed error={error} retry={() => void refetch()} />;
  return <Waiting />;
}

/* What lies under the page, and the window's edge on a phone, in the theme's colour. */
function Ground() {
  const { palette: { mode }, cauce } = useTheme();
  useEffect(() => {
    document.documentElement.dataset.theme = mode;
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', cauce.page);
  }, [mode, cauce]);
  return null;
}

/* What stands around pages that need nobody to be signed in. */
export function Outside({ children }: { children: ReactNode }) {
  return (
    <AdminContext dataProvider={dataProvider} store={store} queryClient={queryClient} lightTheme={lightTheme} darkTheme={darkTheme}>
      <LanguageProvider>
        <CssBaseline />
        <Ground />
        {children}
        <Notes />
      </LanguageProvider>
    </AdminContext>
  );
}

export function App() {
  return (
    <Outside>
      <SessionGate>
        <MetadataGate>
          <Shell />
        </MetadataGate>
      </SessionGate>
    </Outside>
  );
}
