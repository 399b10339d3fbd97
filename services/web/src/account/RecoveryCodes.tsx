/* The recovery codes, shown this once: to be copied, kept as a file or printed. */
import { useState } from 'react';
import { Alert, Box, Button, Checkbox, FormControlLabel } from '@mui/material';
import Download from '@mui/icons-material/FileDownloadOutlined';
import Print from '@mui/icons-material/PrintOutlined';
import { useT } from '../text/i18n';
import { CopyButton } from './Secret';

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/* Only the codes: what is around them is no business of the paper's. */
const PRINT = `@media print {
  body * { visibility: hidden }
  #recovery-codes, #recovery-codes * { visibility: visible }
  #recovery-codes { position: fixed; inset: 24px auto auto 24px }
}`;

export function RecoveryCodes({ codes, email, onDone }: { codes: string[]; email: string; onDone: () => void }) {
  const t = useT();
  const [kept, setKept] = useState(false);
  const head = t('account.codes_file', { email });
  const text = `${head}\n\n${codes.join('\n')}\n`;
  return (
    <Box sx={{ display: 'grid', gap: 3, maxWidth: 520 }}>
      <style>{PRINT}</style>
      <Alert severity="success" sx={{ py: 0 }}>{t('account.factor_on')}</Alert>
      <Box sx={{ maxWidth: 520 }}>{t('account.codes_hint')}</Box>
      <Box id="recovery-codes" sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 3 }}>
        <Box sx={{ color: 'text.secondary', mb: 2 }}>{head}</Box>
        <Box component="ul" aria-label={t('account.codes')} sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(120px, 1fr))', gap: 2, fontFamily: 'ui-monospace, monospace', fontSize: 15 }}>
          {codes.map((code) => <li key={code}>{code}</li>)}
        </Box>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <CopyButton text={text} />
        <Button variant="outlined" startIcon={<Download />} onClick={() => download('cauce-codigos.txt', text)}>{t('account.download')}</Button>
        <Button variant="outlined" startIcon={<Print />} onClick={() => window.print()}>{t('account.print')}</Button>
      </Box>
      <FormControlLabel control={<Checkbox checked={kept} onChange={(e) => setKept(e.target.checked)} />} label={t('account.codes_kept')} />
      <Box><Button variant="contained" disabled={!kept} onClick={onDone}>{t('account.done')}</Button></Box>
    </Box>
  );
}
