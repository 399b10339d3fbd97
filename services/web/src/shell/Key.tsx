/* A key, as it is drawn on a keyboard. */
import { styled } from '@mui/material/styles';

export const Key = styled('kbd')(({ theme: { cauce } }) => ({
  display: 'inline-block', minWidth: 20, padding: '0 5px', marginRight: 4, textAlign: 'center', fontFamily: 'inherit', fontSize: 11, lineHeight: '18px',
  color: cauce.soft, border: `1px solid ${cauce.line}`, borderBottomWidth: 2, borderRadius: 4, background: cauce.chrome,
}));
