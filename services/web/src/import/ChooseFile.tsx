/* Where a file is dropped or chosen; and the one that was. */
import { useRef, useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import Description from '@mui/icons-material/DescriptionOutlined';
import Upload from '@mui/icons-material/UploadFileOutlined';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';

const Drop = styled('div')(({ theme: { cauce } }) => ({
  border: `1px dashed ${cauce.edge}`, borderRadius: size.radius, padding: '48px 16px', display: 'grid', justifyItems: 'center', gap: 12,
  textAlign: 'center', '&.over': { background: cauce.chosen, borderColor: cauce.accent, borderStyle: 'solid' },
  '&.chosen': { borderStyle: 'solid', borderColor: cauce.line, padding: '12px 16px', gridTemplateColumns: 'auto 1fr auto', justifyItems: 'start', alignItems: 'center', textAlign: 'left' },
}));

interface Props {
  /* what is known of the chosen one, in words */
  chosen: { name: string; facts: string } | null;
  onFile: (file: File | undefined) => void;
}

export function ChooseFile({ chosen, onFile }: Props) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const pick = () => picker.current?.click();
  return (
    <Drop
      className={[over && 'over', chosen && 'chosen'].filter(Boolean).join(' ') || undefined}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={(e) => !e.currentTarget.contains(e.relatedTarget as Node | null) && setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        onFile(e.dataTransfer.files[0]);
      }}
    >
      <input
        ref={picker} type="file" accept=".csv,.txt,.tsv,text/csv" hidden
        onChange={(e) => {
          onFile(e.target.files?.[0]);
          e.target.value = '';
        }}
      />
      {chosen ? (
        <>
          <Description color="primary" aria-hidden />
          <Box sx={{ minWidth: 0 }}>
            <Typography sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>{chosen.name}</Typography>
            <Typography variant="caption" color="text.secondary">{over ? t('import.drop_active') : chosen.facts}</Typography>
          </Box>
          <Button variant="outlined" onClick={pick}>{t('import.change_file')}</Button>
        </>
      ) : (
        <>
          <Button variant="contained" startIcon={<Upload />} onClick={pick}>{t('import.choose')}</Button>
          <Typography color="text.secondary">{over ? t('import.drop_active') : t('import.drop')}</Typography>
        </>
      )}
    </Drop>
  );
}
