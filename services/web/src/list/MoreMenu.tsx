/* What is done with a list now and then: read it again, bring in and take out files, the recycle bin. */
import { useState, type ReactNode } from 'react';
import { Divider, IconButton, ListItemIcon, ListItemText, Menu, MenuItem, Tooltip } from '@mui/material';
import Columns from '@mui/icons-material/ViewColumnOutlined';
import DeleteOutline from '@mui/icons-material/DeleteOutline';
import Download from '@mui/icons-material/FileDownloadOutlined';
import MoreHoriz from '@mui/icons-material/MoreHoriz';
import Refresh from '@mui/icons-material/Refresh';
import Upload from '@mui/icons-material/UploadFileOutlined';
import { useT } from '../text/i18n';

export interface MoreActions {
  refresh: () => void;
  columns?: (anchor: HTMLElement) => void;
  import?: () => void;
  export?: () => void;
  bin?: () => void;
}

export function MoreMenu({ actions, inBin }: { actions: MoreActions; inBin: boolean }) {
  const t = useT();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const item = (run: (() => void) | undefined, icon: ReactNode, text: string, keys?: string) =>
    run && (
      <MenuItem
        onClick={() => {
          setAnchor(null);
          run();
        }}
        sx={{ minHeight: { xs: 44, sm: 32 } }} aria-keyshortcuts={keys}
      >
        <ListItemIcon>{icon}</ListItemIcon>
        <ListItemText>{text}</ListItemText>
      </MenuItem>
    );
  const { columns } = actions;
  return (
    <>
      <Tooltip title={t('list.more_actions')}>
        <IconButton onClick={(e) => setAnchor(e.currentTarget)} aria-label={t('list.more_actions')} aria-haspopup="menu" aria-expanded={!!anchor} sx={{ width: { xs: 44, sm: 32 }, height: { xs: 44, sm: 32 } }}>
          <MoreHoriz />
        </IconButton>
      </Tooltip>
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)} slotProps={{ list: { 'aria-label': t('list.more_actions') } }}>
        {item(actions.refresh, <Refresh />, t('list.refresh'), 'r')}
        {item(columns && anchor ? () => columns(anchor) : undefined, <Columns />, t('columns.title'), 'o')}
        {(actions.import || actions.export) && <Divider />}
        {item(actions.import, <Upload />, t('list.import'))}
        {item(actions.export, <Download />, t('bulk.export_list'))}
        {actions.bin && <Divider />}
        {item(actions.bin, <DeleteOutline />, t(inBin ? 'bin.leave' : 'bin.title'))}
      </Menu>
    </>
  );
}
