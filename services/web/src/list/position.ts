/* Where a list stood when it was left, kept for the tab: how far it was scrolled and which row was the current one. */

export interface Position {
  top: number;
  active: number;
  /* how tall its rows were drawn */
  row?: number;
}

const name = (key: string): string => `cauce.position.${key}`;

export function readPosition(key: string): Position {
  try {
    return { top: 0, active: -1, ...(JSON.parse(sessionStorage.getItem(name(key)) ?? '{}') as Partial<Position>) };
  } catch {
    return { top: 0, active: -1 };
  }
}

export function writePosition(key: string, position: Partial<Position>): void {
  sessionStorage.setItem(name(key), JSON.stringify({ ...readPosition(key), ...position }));
}
