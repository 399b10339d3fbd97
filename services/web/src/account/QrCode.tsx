/* An address as a QR code: dark on white in both themes, as cameras want it. */
import { useMemo } from 'react';
import { encode } from 'uqr';

const QUIET = 2;

export function QrCode({ text, label, size = 184 }: { text: string; label: string; size?: number }) {
  const { path, side } = useMemo(() => {
    const { data, size: n } = encode(text, { ecc: 'M', border: QUIET });
    const cells = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { path: cells.join(''), side: n };
  }, [text]);
  return (
    <svg width={size} height={size} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shapeRendering="crispEdges" style={{ borderRadius: 6, flex: 'none' }}>
      <rect width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
