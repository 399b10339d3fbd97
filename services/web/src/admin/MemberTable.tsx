/* The members of a group: who, how much each is given, whether they are there; weight and leaving in place. */
import { useState } from 'react';
import { Box, IconButton, InputBase } from '@mui/material';
import { styled } from '@mui/material/styles';
import Available from '@mui/icons-material/CheckCircleOutline';
import Close from '@mui/icons-material/Close';
import Away from '@mui/icons-material/EventBusyOutlined';
import { Link } from 'react-router-dom';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { parseWeight, type Member } from './members';

const Table = styled('table')(({ theme: { cauce } }) => ({
  borderCollapse: 'collapse', width: '100%', fontSize: 13,
  '& th': { textAlign: 'left', fontWeight: 500, fontSize: 12, color: cauce.soft, padding: '4px 8px' },
  '& td': { padding: '4px 8px', borderTop: `1px solid ${cauce.line}`, height: 40, overflowWrap: 'anywhere' },
  '& .state': { display: 'flex', gap: 6, alignItems: 'center', color: cauce.soft },
  '& .available': { color: cauce.green },
}));

function Weight({ member, label, disabled, onSave }: { member: Member; label: string; disabled: boolean; onSave: (weight: number | undefined) => void }) {
  const t = useT();
  const start = member.record.weight == null ? '' : String(member.record.weight);
  const [text, setText] = useState<string | null>(null);
  const bad = text !== null && parseWeight(text) === null;
  const finish = () => {
    const weight = parseWeight(text ?? start);
    setText(null);
    if (text !== null && text.trim() !== start && weight !== null) onSave(weight);
  };
  return (
    <InputBase
      value={text ?? start} placeholder="1" disabled={disabled} error={bad} onChange={(e) => setText(e.target.value)} onBlur={finish}
      onKeyDown={(e) => {
        if (e.key === 'Enter') (e.target as HTMLInputElement).blur();
        if (e.key === 'Escape') setText(null);
      }}
      inputProps={{ 'aria-label': label, title: t(bad ? 'groups.weight_bad' : 'groups.weight_help'), inputMode: 'numeric', 'aria-invalid': bad }}
      sx={{ width: 64, border: 1, borderColor: bad ? 'error.main' : 'divider', borderRadius: 1, px: 2, height: { xs: 44, sm: 30 }, fontSize: 13 }}
    />
  );
}

interface Props {
  members: Member[];
  writable: boolean;
  onWeight: (member: Member, weight: number | undefined) => void;
  onRemove: (member: Member) => void;
}

export function MemberTable({ members, writable, onWeight, onRemove }: Props) {
  const t = useT();
  const format = useFormat();
  const stateOf = ({ state, person }: Member): string => {
    if (state === 'away' && person?.away_until) return t('groups.away_until', { until: format.datetime(String(person.away_until)) });
    return t(`groups.${state}`);
  };
  return (
    <Table aria-label={t('groups.members')}>
      <thead>
        <tr>
          <th scope="col">{t('groups.person')}</th>
          <th scope="col">{t('groups.weight')}</th>
          <th scope="col">{t('groups.share')}</th>
          {writable && <th scope="col"><Box component="span" sx={{ position: 'absolute', clipPath: 'inset(50%)' }}>{t('groups.remove', { person: '' })}</Box></th>}
        </tr>
      </thead>
      <tbody>
        {members.map((m) => (
          <tr key={m.record.id}>
            <td>
              <Link to={`/users/${String(m.record.person)}`}>{m.label}</Link>
              <span className={`state ${m.state}`}>
                {m.state === 'available' ? <Available sx={{ fontSize: 15 }} aria-hidden /> : <Away sx={{ fontSize: 15 }} aria-hidden />}
                {stateOf(m)}
              </span>
            </td>
            <td><Weight member={m} label={t('groups.weight_of', { person: m.label })} disabled={!writable} onSave={(weight) => onWeight(m, weight)} /></td>
            <td>{m.share ? format.percent(Math.round(m.share * 100)) : t('groups.share_none')}</td>
            {writable && (
              <td style={{ textAlign: 'right' }}>
                <IconButton aria-label={t('groups.remove', { person: m.label })} title={t('groups.remove', { person: m.label })} onClick={() => onRemove(m)}><Close /></IconButton>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
