/* What is told once: shown whole, with a way to take it along. */
import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import Check from '@mui/icons-material/Check';
import Copy from '@mui/icons-material/ContentCopyOutlined';
import { useT } from '../text/i18n';

/* false: the browser did not allow it, and the text can be marked by hand */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useT();
  const [said, setSaid] = useState<'copied' | 'not_copied'>();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flex: 'none' }}>
      <Button
        variant="outlined" startIcon={said === 'copied' ? <Check /> : <Copy />}
        onClick={async () => setSaid((await copy(text)) ? 'copied' : 'not_copied')}
      >
        {label ?? t('account.copy')}
      </Button>
      <Typography variant="caption" role="status" color="text.secondary">{said && t(`account.${said}`)}</Typography>
    </Box>
  );
}

export function Secret({ label, text }: { label: string; text: string }) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
      <Box
        component="code" tabIndex={0} aria-label={label} role="textbox" aria-readonly="true"
        onFocus={(e) => getSelection()?.selectAllChildren(e.currentTarget)}
        sx={{ px: 2, py: 1.5, border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'action.hover', fontSize: 13, overflowWrap: 'anywhere', minWidth: 0 }}
      >
        {text}
      </Box>
      <CopyButton text={text} />
    </Box>
  );
}
