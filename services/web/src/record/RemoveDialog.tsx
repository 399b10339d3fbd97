/* Asked once more before what has no way back. */
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useT } from '../text/i18n';

interface Props {
  open: boolean;
  title: string;
  hint: string;
  /* the button that does it */
  word: string;
  onYes: () => void;
  onClose: () => void;
}

export default function RemoveDialog({ open, title, hint, word, onYes, onClose }: Props) {
  const t = useT();
  const yes = () => {
    onClose();
    onYes();
  };
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="remove-title">
      <DialogTitle id="remove-title">{title}</DialogTitle>
      <DialogContent>{hint}</DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('filter.cancel')}</Button>
        <Button variant="contained" color="error" autoFocus onClick={yes}>{word}</Button>
      </DialogActions>
    </Dialog>
  );
}
