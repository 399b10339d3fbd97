/* Why a value of the list was not taken, at its cell. */
import { useEffect } from 'react';
import { Box, Popper } from '@mui/material';
import ErrorOutline from '@mui/icons-material/ErrorOutlineOutlined';

interface Props {
  anchor: HTMLElement;
  text: string;
  onClose: () => void;
}

const STAYS_MS = 10_000;

export function CellNote({ anchor, text, onClose }: Props) {
  useEffect(() => {
    const timer = setTimeout(onClose, STAYS_MS);
    const close = () => onClose();
    window.addEventListener('keydown', close);
    window.addEventListener('pointerdown', close);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', close);
      window.removeEventListener('pointerdown', close);
    };
  }, [onClose]);
  return (
    <Popper open anchorEl={anchor} placement="bottom-start" sx={{ zIndex: 'tooltip' }}>
      <Box
        role="alert"
        sx={{ mt: 1, px: 3, py: 2, maxWidth: 320, display: 'flex', gap: 2, bgcolor: 'background.paper', border: 1, borderColor: 'error.main', borderRadius: 1, fontSize: 13, color: 'text.primary' }}
      >
        <ErrorOutline color="error" aria-hidden />
        <span>{text}</span>
      </Box>
    </Popper>
  );
}
