/* The product's mark: a riverbed. */
import { useTheme } from '@mui/material/styles';

export function Mark({ size = 28 }: { size?: number }) {
  const { cauce } = useTheme();
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill={cauce.accent} />
      <path
        d="M5 12c4-4 7-4 11 0s7 4 11 0M5 20c4-4 7-4 11 0s7 4 11 0"
        fill="none" stroke={cauce.onAccent} strokeWidth="3" strokeLinecap="round"
      />
    </svg>
  );
}
