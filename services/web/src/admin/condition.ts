/* The condition of a rule: a text like a list's address, written by the list's own filter editor. */
import { conditionToPair, pairToCondition, type Condition } from '../api/filters';

export interface RuleFilter {
  conditions: Condition[];
  /* parts that the editor can't read, kept as they stand */
  rest: string[];
}

export function parseFilter(text: unknown): RuleFilter {
  const out: RuleFilter = { conditions: [], rest: [] };
  for (const part of String(text ?? '').replace(/^\?/, '').split('&')) {
    if (!part) continue;
    const pair = [...new URLSearchParams(part)][0];
    const condition = pair && pairToCondition(pair[0], pair[1]);
    if (condition) out.conditions.push(condition);
    else out.rest.push(part);
  }
  return out;
}

export const formatFilter = ({ conditions, rest }: RuleFilter): string => [...conditions.map(conditionToPair), ...rest].join('&');
